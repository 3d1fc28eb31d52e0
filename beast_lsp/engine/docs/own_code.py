"""Which files of a workspace are its tests, as documentation sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.imports import Imports


def outer_folders(imports: Imports, path: str) -> list[str]:
    """The folders of a path up to that of the outermost package; all of them where there is none."""
    folders = path.split("/")[:-1]
    depths = (depth for depth in range(1, len(folders) + 1) if imports.is_package("/".join(folders[:depth])))
    return folders[: next(depths, len(folders))]


def is_test_of(imports: Imports, path: str) -> bool:
    """Whether a file is one of tests. Within a package, `testing` is a name as any other."""
    is_inside = len(outer_folders(imports, path)) < path.count("/")
    return is_test(path.replace("/testing/", "/") if is_inside else path)
