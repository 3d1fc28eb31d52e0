"""The refactorings of the catalogue that change what a function takes, and what it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from beast_lsp.engine.refactors.refactoring import Refactoring
from beast_lsp.engine.refactors.signature.change_signature import CHANGE_SIGNATURE
from beast_lsp.engine.refactors.signature.function_to_method import FUNCTION_TO_METHOD
from beast_lsp.engine.refactors.signature.introduce_parameter import INTRODUCE_PARAMETER
from beast_lsp.engine.refactors.signature.method_to_function import METHOD_TO_FUNCTION
from beast_lsp.engine.refactors.signature.method_to_static import METHOD_TO_STATIC

SIGNATURES: Sequence[Refactoring] = (
    CHANGE_SIGNATURE,
    INTRODUCE_PARAMETER,
    METHOD_TO_FUNCTION,
    FUNCTION_TO_METHOD,
    METHOD_TO_STATIC,
)
