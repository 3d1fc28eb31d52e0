"""The refactorings of the catalogue that change what a function takes, what it belongs to, and whether it is there."""

from __future__ import annotations

from collections.abc import Sequence

from beast_lsp.engine.refactors.change_signature import CHANGE_SIGNATURE
from beast_lsp.engine.refactors.function_to_method import FUNCTION_TO_METHOD
from beast_lsp.engine.refactors.introduce_parameter import INTRODUCE_PARAMETER
from beast_lsp.engine.refactors.method_to_function import METHOD_TO_FUNCTION
from beast_lsp.engine.refactors.method_to_static import METHOD_TO_STATIC
from beast_lsp.engine.refactors.refactoring import Refactoring
from beast_lsp.engine.refactors.safe_delete import SAFE_DELETE

SIGNATURES: Sequence[Refactoring] = (
    CHANGE_SIGNATURE,
    INTRODUCE_PARAMETER,
    SAFE_DELETE,
    METHOD_TO_FUNCTION,
    FUNCTION_TO_METHOD,
    METHOD_TO_STATIC,
)
