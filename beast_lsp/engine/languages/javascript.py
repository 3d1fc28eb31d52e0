"""JavaScript, TypeScript and TSX: one family, for files of each import the others."""

from beast_lsp.engine.languages.language import Language, words


def _load_javascript() -> object:
    import tree_sitter_javascript  # noqa: PLC0415 - a grammar loads with the first file of its language.

    return tree_sitter_javascript.language()


def _load_typescript() -> object:
    import tree_sitter_typescript  # noqa: PLC0415 - as above.

    return tree_sitter_typescript.language_typescript()


def _load_tsx() -> object:
    import tree_sitter_typescript  # noqa: PLC0415 - as above.

    return tree_sitter_typescript.language_tsx()


_FACTS = """
[(function_declaration) (generator_function_declaration) (method_definition)] @function
(variable_declarator name: (identifier) value: [(arrow_function) (function_expression)]) @function
[(class_declaration) (class)] @class
(import_statement) @import
(program [(lexical_declaration (variable_declarator) @variable) (variable_declaration (variable_declarator) @variable)])
(program (export_statement (lexical_declaration (variable_declarator) @variable)))
(assignment_expression left: (member_expression object: (this)) @member)
(member_expression object: [(identifier) (this) (member_expression)]) @attribute
"""
_JAVASCRIPT_FACTS = _FACTS + "(field_definition property: (_) @field)"
_TYPESCRIPT_FACTS = (
    _FACTS
    + """
[(interface_declaration) (enum_declaration) (abstract_class_declaration) (type_alias_declaration)] @class
[(method_signature) (abstract_method_signature) (function_signature)] @function
(public_field_definition name: (_) @field)
(property_signature name: (_) @field)
(enum_body [(property_identifier) @field (enum_assignment name: (_) @field)])
(required_parameter (accessibility_modifier) pattern: (identifier) @field)
"""
)
_FUNCTIONS = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_expression": "function",
    "arrow_function": "function",
    "method_definition": "method",
}
_JAVASCRIPT_KEYWORDS = words(
    "async await break case catch class const continue debugger default delete do else export extends false finally "
    "for from function get if import in instanceof let new null of return set static super switch this throw true try "
    "typeof undefined var void while with yield"
)
_TYPESCRIPT_KEYWORDS = _JAVASCRIPT_KEYWORDS | words(
    "abstract any as asserts bigint boolean declare enum implements infer interface is keyof namespace never number "
    "object override private protected public readonly satisfies string symbol type unique unknown"
)

JAVASCRIPT = Language(
    name="javascript",
    family="javascript",
    extensions=(".js", ".jsx", ".mjs", ".cjs"),
    lsp_ids=("javascript", "javascriptreact"),
    line_comment="//",
    keywords=_JAVASCRIPT_KEYWORDS,
    load=_load_javascript,
    functions=_FUNCTIONS,
    facts_query=_JAVASCRIPT_FACTS,
    self_names=("this",),
)
TYPESCRIPT = Language(
    name="typescript",
    family="javascript",
    extensions=(".ts", ".mts", ".cts"),
    lsp_ids=("typescript",),
    line_comment="//",
    keywords=_TYPESCRIPT_KEYWORDS,
    load=_load_typescript,
    functions=_FUNCTIONS,
    facts_query=_TYPESCRIPT_FACTS,
    self_names=("this",),
)
TSX = Language(
    name="tsx",
    family="javascript",
    extensions=(".tsx",),
    lsp_ids=("typescriptreact", "tsx"),
    line_comment="//",
    keywords=_TYPESCRIPT_KEYWORDS,
    load=_load_tsx,
    functions=_FUNCTIONS,
    facts_query=_TYPESCRIPT_FACTS,
    self_names=("this",),
)
