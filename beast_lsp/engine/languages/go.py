"""Go."""

from beast_lsp.engine.languages.language import Language, words


def _load() -> object:
    import tree_sitter_go  # noqa: PLC0415 - a grammar loads with the first file of its language.

    return tree_sitter_go.language()


_FACTS = """
[(function_declaration) (method_declaration)] @function
(type_spec) @class
(import_spec) @import
(source_file (var_declaration [(var_spec) @variable (var_spec_list (var_spec) @variable)]))
(source_file (const_declaration (const_spec) @variable))
(field_declaration name: (field_identifier) @field)
(method_elem name: (field_identifier) @field)
(selector_expression operand: [(identifier) (selector_expression)]) @attribute
"""

GO = Language(
    name="go",
    family="go",
    extensions=(".go",),
    lsp_ids=("go",),
    line_comment="//",
    keywords=words(
        "any append bool break byte cap case chan close const continue copy default defer delete else error "
        "fallthrough false float32 float64 for func go goto if import int int32 int64 interface iota len make map new "
        "nil package panic range recover return rune select string struct switch true type uint uint32 uint64 "
        "var"
    ),
    load=_load,
    functions={"function_declaration": "function", "method_declaration": "method"},
    facts_query=_FACTS,
)
