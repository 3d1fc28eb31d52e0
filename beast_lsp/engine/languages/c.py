"""C and C++: one family, for headers belong to both."""

from beast_lsp.engine.languages.language import Language, words


def _load_c() -> object:
    import tree_sitter_c  # noqa: PLC0415 - a grammar loads with the first file of its language.

    return tree_sitter_c.language()


def _load_cpp() -> object:
    import tree_sitter_cpp  # noqa: PLC0415 - as above.

    return tree_sitter_cpp.language()


_FACTS = """
(function_definition) @function
(declaration declarator: (function_declarator)) @function
(declaration declarator: (pointer_declarator declarator: (function_declarator))) @function
[(struct_specifier body: (_)) (union_specifier body: (_)) (enum_specifier body: (_))] @class
(type_definition type: (_ !body) declarator: (type_identifier) @name)
(preproc_include) @import
[(preproc_def name: (identifier) @name) (preproc_function_def name: (identifier) @name)]
(translation_unit (declaration declarator: [(identifier) @name (init_declarator declarator: (identifier) @name)]))
(field_declaration declarator: [
  (field_identifier) @field (pointer_declarator (field_identifier) @field) (array_declarator (field_identifier) @field)
])
(enumerator name: (identifier) @field)
(field_expression argument: [(identifier) (field_expression)]) @attribute
"""
_CPP_FACTS = (
    _FACTS
    + """
[(class_specifier body: (_)) (namespace_definition)] @class
(field_declaration declarator: (function_declarator)) @function
(field_expression argument: (this)) @attribute
"""
)
_C_KEYWORDS = words(
    "auto bool break case char const continue default do double else enum extern false float for goto if inline int "
    "long NULL register restrict return short signed sizeof static struct switch true typedef union unsigned void "
    "volatile while"
)
_CPP_KEYWORDS = _C_KEYWORDS | words(
    "alignas alignof catch class co_await co_return co_yield concept consteval constexpr const_cast decltype delete "
    "dynamic_cast explicit export final friend mutable namespace new noexcept nullptr operator override private "
    "protected public reinterpret_cast requires static_assert static_cast template this throw try typeid typename "
    "using virtual"
)

C = Language(
    name="c",
    family="c",
    extensions=(".c", ".h"),
    lsp_ids=("c",),
    line_comment="//",
    keywords=_C_KEYWORDS,
    load=_load_c,
    functions={"function_definition": "function"},
    facts_query=_FACTS,
)
CPP = Language(
    name="cpp",
    family="c",
    extensions=(".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".ipp"),
    lsp_ids=("cpp", "c++"),
    line_comment="//",
    keywords=_CPP_KEYWORDS,
    load=_load_cpp,
    functions={"function_definition": "function"},
    facts_query=_CPP_FACTS,
    self_names=("this",),
)
