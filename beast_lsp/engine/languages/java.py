"""Java."""

from beast_lsp.engine.languages.language import Language, words


def _load() -> object:
    import tree_sitter_java  # noqa: PLC0415 - a grammar loads with the first file of its language.

    return tree_sitter_java.language()


_FACTS = """
[(method_declaration) (constructor_declaration)] @function
[(class_declaration) (interface_declaration) (enum_declaration) (record_declaration)
 (annotation_type_declaration)] @class
(import_declaration) @import
(field_declaration declarator: (variable_declarator name: (identifier) @field))
(enum_constant name: (identifier) @field)
(field_access object: [(identifier) (this) (field_access)]) @attribute
(method_invocation object: [(identifier) (this) (field_access)] name: (identifier) @call)
"""

JAVA = Language(
    name="java",
    family="java",
    extensions=(".java",),
    lsp_ids=("java",),
    line_comment="//",
    keywords=words(
        "abstract assert boolean break byte case catch char class continue default do double else enum extends false "
        "final finally float for if implements import instanceof int interface long native new null package permits "
        "private protected public record return sealed short static strictfp super switch synchronized this throw "
        "throws transient true try var void volatile while yield"
    ),
    load=_load,
    functions={"method_declaration": "method", "constructor_declaration": "method"},
    facts_query=_FACTS,
    self_names=("this",),
)
