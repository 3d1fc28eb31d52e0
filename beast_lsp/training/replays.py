"""Replays train repositories and records, at each position, the candidates of the workspace model.

    python -m beast_lsp.training.replays CHECKOUTS PRIORS OUTPUT --family python [--model MODELS]

Function bodies are cut out of a copy and typed again (`replay.cases`); the model runs in this process with the
real index of the copy. With the completion model in the folder MODELS the candidates are those of both, with the
features of both. Each repository gives one file in OUTPUT, so that a stopped run goes on where it was.
"""

import argparse
import asyncio
import tempfile
from array import array
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from beast_lsp.engine.analysis import Analysis, analyse
from beast_lsp.engine.document import Document, replace_range, split_lines
from beast_lsp.engine.ngram.prior import Prior
from beast_lsp.replay.cases import Case, cases, moved
from beast_lsp.replay.copies import copy_workspace
from beast_lsp.replay.user import keystroke
from beast_lsp.router.backends.neural.model import LanguageModel
from beast_lsp.router.backends.neural.prompt import PromptMaker
from beast_lsp.router.backends.workspace.features import FEATURES, NEURAL_FEATURES
from beast_lsp.router.backends.workspace.session import Knowledge, Neural, Session
from beast_lsp.store.index import WorkspaceIndex
from beast_lsp.store.index.retrieval import Retriever
from beast_lsp.training.corpus import REPLAYED, is_permissive, part


@dataclass(frozen=True)
class Recording:
    """What one repository's replays gave.

    `bodies` are what was typed. A position is (body, offset, first row, row after the last); row i is the
    candidate `texts[i]` with `features[i]`, which was right where `labels[i]`. `names` are the features' names.
    """

    bodies: Sequence[str]
    positions: Sequence[tuple[int, int, int, int]]
    texts: Sequence[str]
    features: "np.ndarray[tuple[int, int], np.dtype[np.float32]]"
    labels: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    names: tuple[str, ...] = FEATURES

    def save(self, path: Path) -> None:
        """Writes the recording."""
        np.savez(
            path,
            bodies=np.array(self.bodies, dtype=object),
            positions=np.array(self.positions, dtype=np.int32),
            texts=np.array(self.texts, dtype=object),
            features=self.features,
            labels=self.labels,
            names=np.array(self.names),
        )

    @classmethod
    def load(cls, path: Path) -> "Recording":
        """Reads a recording. Raises ValueError where it has other features than the model has now."""
        # Pickled text arrays: the file is our own output, never a download.
        with np.load(path, allow_pickle=True) as table:
            names = tuple(table["names"].tolist())
            if names not in (FEATURES, FEATURES + NEURAL_FEATURES):
                raise ValueError(f"{path} was recorded with other features: delete it and record again")
            positions = [tuple(row) for row in table["positions"].tolist()]
            texts, bodies = list(table["texts"]), list(table["bodies"])
            return cls(bodies, positions, texts, table["features"], table["labels"], names)


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("priors", type=Path, help="folder of priors made without the repositories replayed here")
    parser.add_argument("output", type=Path)
    parser.add_argument("--family", default="python")
    parser.add_argument("--cases", type=int, default=30)
    parser.add_argument("--model", type=Path, help="folder of the completion model, for the keep predictor")
    parser.add_argument("names", nargs="*", help="owner/name; without any, the family's list in training/corpus.py")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    neural = load_neural(options.model) if options.model else None
    for name in options.names or REPLAYED[options.family]:
        target = options.output / f"{options.family}-{name.replace('/', '__')}.npz"
        folder = options.checkouts / name.replace("/", "__", 1)
        if part(name) != "train" or not is_permissive(folder):
            parser.error(f"{name} is not of the train part, or its licence is not permissive")
        if not target.exists():
            recording = asyncio.run(record(folder, options.family, options.cases, options.priors, neural))
            recording.save(target)
            print(f"{name}: {len(recording.positions):,} positions, {len(recording.labels):,} candidates", flush=True)


def load_neural(folder: Path) -> Neural:
    """The completion model of a folder, ready to be asked."""
    model = LanguageModel(folder)
    return Neural(model, PromptMaker(model.subwords, model.context))


async def record(checkout: Path, family: str, count: int, priors: Path, neural: Neural | None = None) -> Recording:
    """Replays `count` functions of a checkout."""
    async with opened(checkout, family, count) as (chosen, index):
        return _record(chosen, index, family, Prior(priors / f"prior-{family}.npz"), neural)


@asynccontextmanager
async def opened(checkout: Path, family: str, count: int) -> AsyncIterator[tuple[Sequence[Case], WorkspaceIndex]]:
    """The cases in a copy of a checkout, and the copy's index."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "workspace")
        chosen = cases(folder, copy_workspace(checkout, folder), count, family=family)
        index = WorkspaceIndex(folder, Path(place, "cache"), lambda: None)
        await index.start(lambda progress: None)
        await index.idle()
        try:
            yield chosen, index
        finally:
            await index.close()


def _record(
    chosen: Sequence[Case], index: WorkspaceIndex, family: str, prior: Prior, neural: Neural | None
) -> Recording:
    names = FEATURES if neural is None else FEATURES + NEURAL_FEATURES
    if neural is not None:
        neural = replace(neural, finder=Retriever(index))
    bodies: list[str] = []
    positions: list[tuple[int, int, int, int]] = []
    texts: list[str] = []
    rows = array("f")
    for case in chosen:
        knowledge = known_of(case, index, family, prior)
        bodies.append(case.body)
        for offset, found in _positions(case, knowledge, neural):
            positions.append((len(bodies) - 1, offset, len(texts), len(texts) + len(found)))
            for text, row in found:
                texts.append(text)
                rows.extend(row)
    labels = [
        bodies[body].startswith(texts[row], offset)
        for body, offset, first, end in positions
        for row in range(first, end)
    ]
    features = np.frombuffer(rows, dtype=np.float32).reshape(-1, len(names))
    return Recording(bodies, positions, texts, features, np.array(labels, dtype=bool), names)


def known_of(case: Case, index: WorkspaceIndex, family: str, prior: Prior) -> Knowledge:
    """What the backend would know: the case's own file is in the overlay, not in the index."""
    layers = []
    for layer in index.layers(family):
        parent = PurePosixPath(case.path).parent
        near = [path for path in layer.index.paths if PurePosixPath(path).parent == parent]
        layers.append((layer.index, layer.index.weights({case.path, *layer.dead}, near)))
    return Knowledge(tuple(layers), prior, index.symbols)


def _positions(
    case: Case, knowledge: Knowledge, neural: Neural | None
) -> Iterator[tuple[int, list[tuple[str, list[float]]]]]:
    """Types the body; yields each offset with the candidates there and their features."""
    session, lines, position = Session(), split_lines(case.before + case.after), case.start
    analysis: Analysis | None = None
    offset, analysed = 0, -1
    while offset < len(case.body):
        document = Document(case.uri, case.language, offset, lines, case.folder / case.path, case.folder)
        if position.line != analysed:
            # As in the server, where the analysis follows at the end of a line at the latest.
            analysis, analysed = analyse(document, analysis) or analysis, position.line
        _, options = session.options(document, position, analysis, knowledge, neural=neural)
        if session.reader is not None and session.reader.is_behind:
            # The server would answer alone and read meanwhile; what is learned here is to judge both.
            session.reader.catch_up(lambda: False)
            _, options = session.options(document, position, analysis, knowledge, neural=neural)
        yield offset, [(option.step.text, option.features) for option in options]
        typed = keystroke(case.body, offset)
        lines = replace_range(lines, position, position, typed)
        position = moved(position, typed)
        offset += len(typed)


if __name__ == "__main__":
    main()
