"""Python."""

from beast_lsp.engine.languages.language import Language, words


def _load() -> object:
    import tree_sitter_python  # noqa: PLC0415 - a grammar loads with the first file of its language.

    return tree_sitter_python.language()


_FACTS = """
(function_definition) @function
(class_definition) @class
[(import_statement) (import_from_statement) (future_import_statement)] @import
(module (expression_statement (assignment) @variable))
(module (expression_statement (assignment right: (assignment) @variable)))
(module (if_statement consequence: (block (expression_statement (assignment) @variable))))
(module (try_statement body: (block (expression_statement (assignment) @variable))))
(module (type_alias_statement left: (type (identifier) @name)))
(class_definition body: (block (expression_statement (assignment) @field)))
(assignment left: (attribute object: (identifier)) @member)
(assignment left: (pattern_list (attribute object: (identifier)) @member))
(attribute object: [(identifier) (attribute)]) @attribute
"""

PYTHON = Language(
    name="python",
    family="python",
    extensions=(".py", ".pyi", ".pyw"),
    file_names=("SConstruct", "SConscript", "wscript"),
    lsp_ids=("python",),
    line_comment="#",
    keywords=words(
        "False None True and as assert async await break case class continue def del elif else except finally for "
        "from global if import in is lambda match nonlocal not or pass raise return try type while with yield"
    ),
    load=_load,
    functions={"function_definition": "function"},
    facts_query=_FACTS,
    self_names=("self", "cls"),
)
