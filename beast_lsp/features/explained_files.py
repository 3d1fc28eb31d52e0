"""Explanations of files on the disk, for the command line: with what earlier runs learned of the history."""

from __future__ import annotations

import asyncio
from pathlib import Path

from beast_lsp import paths
from beast_lsp.config import Config
from beast_lsp.engine.document import Document
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.quality.judge import load_models
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import BeastError, ModelError
from beast_lsp.features.explaining import ExplainingFeature
from beast_lsp.features.quality import QualityFeature
from beast_lsp.router.endpoints import read_endpoints
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.router import Router
from beast_lsp.router.task import CancelToken
from beast_lsp.store.history.build import load_standing
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.workspace import home_of


def explained(folder: Path, file: Path, line: int | None, config: Config) -> str:
    """What the code around a line (from 0 on) of a file does, or its module. Blocks.

    Links are relative to the folder. Raises BeastError where nothing is known of it.
    """
    lines = read_lines(file)
    if lines is None:
        raise BeastError(f"{file.name} is no text, generated, or too large.")
    if line is not None and line >= len(lines):
        raise BeastError(f"{file.name} has {len(lines)} lines.")
    document = Document(file.as_uri(), for_path(file).name, 0, lines, file, folder)
    text = asyncio.run(_explained(document, folder, line, config))
    return text.replace(f"({folder.as_uri()}/", "(")


async def _explained(document: Document, folder: Path, line: int | None, config: Config) -> str:
    lanes = Lanes()
    router = Router([], read_endpoints(config)[0])
    standing = load_standing(home_of(folder, paths.cache_folder()))
    snapshot = Snapshot(documents={document.uri: document}, folders=(folder,), config=config)
    try:
        quality = QualityFeature(lanes, lambda _: standing, load_models(paths.models_folder()))
    except ModelError:
        quality = None  # There are no scores without the models, and everything else stays.
    try:
        feature = ExplainingFeature(lanes, router, quality, lambda _: standing)
        return (await feature.explain(snapshot, document, line, CancelToken())).markdown
    finally:
        await router.close()
        lanes.close()
