"""The rewrites of the catalogue: what changes how code is written at one place, and nothing that it does."""

from __future__ import annotations

from collections.abc import Sequence

from beast_lsp.engine.refactors.imports.add_import import ADD_IMPORT
from beast_lsp.engine.refactors.refactoring import Refactoring
from beast_lsp.engine.refactors.rewrites.class_fields import GENERATE_INIT, TO_DATACLASS
from beast_lsp.engine.refactors.rewrites.comprehension import LOOP_TO_COMPREHENSION
from beast_lsp.engine.refactors.rewrites.comprehension_to_loop import COMPREHENSION_TO_LOOP
from beast_lsp.engine.refactors.rewrites.conditional import CONDITIONAL_TO_IF, IF_TO_CONDITIONAL
from beast_lsp.engine.refactors.rewrites.early_exit import GUARD_CLAUSE, REMOVE_ELSE
from beast_lsp.engine.refactors.rewrites.f_strings import FROM_F_STRING, TO_F_STRING
from beast_lsp.engine.refactors.rewrites.generate_members import GENERATE_MEMBERS
from beast_lsp.engine.refactors.rewrites.invert_if import INVERT_IF
from beast_lsp.engine.refactors.rewrites.nested_if import MERGE_IF, SPLIT_IF
from beast_lsp.engine.refactors.rewrites.nested_with import MERGE_WITH

REWRITES: Sequence[Refactoring] = (
    INVERT_IF,
    MERGE_IF,
    SPLIT_IF,
    GUARD_CLAUSE,
    REMOVE_ELSE,
    IF_TO_CONDITIONAL,
    CONDITIONAL_TO_IF,
    MERGE_WITH,
    LOOP_TO_COMPREHENSION,
    COMPREHENSION_TO_LOOP,
    TO_F_STRING,
    FROM_F_STRING,
    TO_DATACLASS,
    GENERATE_INIT,
    GENERATE_MEMBERS,
    ADD_IMPORT,
)
