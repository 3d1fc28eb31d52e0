"""Rust."""

from beast_lsp.engine.languages.language import Language, words


def _load() -> object:
    import tree_sitter_rust  # noqa: PLC0415 - a grammar loads with the first file of its language.

    return tree_sitter_rust.language()


_FACTS = """
[(function_item) (function_signature_item)] @function
[(struct_item) (enum_item) (union_item) (trait_item) (type_item) (impl_item) (mod_item)] @class
(use_declaration) @import
[(const_item name: (identifier) @name) (static_item name: (identifier) @name)]
(macro_definition name: (identifier) @name)
(field_declaration name: (field_identifier) @field)
(enum_variant name: (identifier) @field)
(field_expression value: [(identifier) (self) (field_expression)]) @attribute
"""

RUST = Language(
    name="rust",
    family="rust",
    extensions=(".rs",),
    lsp_ids=("rust",),
    line_comment="//",
    keywords=words(
        "Self as async await bool break char const continue crate dyn else enum extern f32 f64 false fn for i32 i64 "
        "if impl in let loop match mod move mut pub ref return self static str struct super trait true type u32 u64 "
        "u8 unsafe use usize where while"
    ),
    load=_load,
    functions={"function_item": "function"},
    facts_query=_FACTS,
    self_names=("self",),
)
