"""`beast-lsp models`: the model files that ship, whether they are whole, and what they cost on this machine."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from beast_lsp import paths, settings
from beast_lsp.cli.declared import declared_options
from beast_lsp.config import Config
from beast_lsp.engine import embedding
from beast_lsp.engine.manifest import Entry, listed, read_checked
from beast_lsp.engine.ngram import prior
from beast_lsp.engine.subwords import Subwords
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural import model as neural
from beast_lsp.router.backends.neural import speed
from beast_lsp.router.backends.neural.delta import installed, refusal
from beast_lsp.router.backends.workspace import calibrator
from beast_lsp.router.backends.workspace.features import FEATURES, KEEP_FEATURES

_ROUNDS = 21
_CANDIDATES = 20  # Judged at once, as for a typical request.
_TOKENIZER = f"{neural.NAME}.tokenizer.json"
_CALIBRATOR, _KEEP_PREDICTOR = f"{calibrator.NAME}.onnx", f"{calibrator.KEEP_PREDICTOR}.onnx"
COMPLETION = neural.FILE
_ALL_OF_COMPLETION = (COMPLETION, _TOKENIZER, _KEEP_PREDICTOR)
_PHRASES = {
    "dimensions": "{} dimensions",
    "shape": "{}",
    "tokens": "{:,} tokens seen",
    "pieces": "{:,} pieces",
    "features": "{} features",
    "format": "format {}",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file says of itself, and what it costs here: the median time of `doing`, in milliseconds."""

    facts: Mapping[str, str | int]
    doing: str = ""
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class Shipped:
    """A model file. `card` is the file that says what it was made from; `problem` why it can't be used, or empty."""

    name: str
    file: str
    bytes: int
    card: str
    loaded: Loaded
    problem: str = ""

    @property
    def size(self) -> str:
        """Its length, for people."""
        return f"{self.bytes / 1e6:.2f} MB"

    @property
    def facts(self) -> str:
        """What it says of itself, and what it costs on this machine, for people; or why it can't be used."""
        taken = self.loaded.milliseconds
        cost = "" if taken is None else f"{taken:.1f} ms {self.loaded.doing}"
        said = ", ".join(_PHRASES[name].format(value) for name, value in self.loaded.facts.items())
        return self.problem or "; ".join(filter(None, (said, cost)))


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What was learned of a workspace folder on a day, in `file`: the share of the loss that it takes away there.

    `used` is "yes", or why the server does not use it.
    """

    folder: str
    file: str
    day: str
    gain: float
    used: str


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(as_json: bool) -> None:
    """Show the models, what they cost here, and which are damaged.

    Times are medians on this machine. A keystroke is three pieces that are read and ten that are written.
    Settings count as in the current folder.

    A line that starts with X is a damaged file, without which the server goes on; it makes the exit code 1.
    One that starts with ! is not used, and says why. What `train adapt` learned of your workspaces comes last.
    """
    folder = paths.models_folder()
    found = list(shipped(folder))
    declared_options()
    used = uses(found, settings.load(Path.cwd()).config)
    if as_json:
        rows = [_row(one) | {"used": used[one.file]} for one in found]
        learned = [asdict(one) for one in adaptations(folder)]
        shown = {"folder": str(folder), "models": rows, "adaptations": learned}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _show(folder, found, used)
        _show_adaptations(list(adaptations(folder)))
    sys.exit(1 if any(one.problem for one in found) else 0)


def shipped(folder: Path) -> Iterator[Shipped]:
    """The files of the folder that the server needs or the manifest lists. Raises ModelError without a manifest."""
    entries = listed(folder)
    needed = {_CALIBRATOR, *(_ALL_OF_COMPLETION if COMPLETION in entries else ())}
    for name in sorted({*entries, *needed}):
        yield _checked(folder, name, entries.get(name, Entry(0, "")))


def adaptations(folder: Path) -> Iterator[Adaptation]:
    """What was learned of workspaces, for the completion model in `folder`."""
    entry = listed(folder).get(COMPLETION)
    for path, delta in installed():
        if isinstance(delta, ModelError):
            yield Adaptation("", str(path), "", 0.0, f"no: {delta}")
        elif delta.facts is not None:
            reason = refusal(delta, entry.sha256 if entry is not None else "")
            used = f"no: {reason}" if reason else "yes"
            yield Adaptation(delta.facts.folder, str(path), delta.facts.day, round(delta.facts.gain, 4), used)


def uses(found: Sequence[Shipped], config: Config) -> Mapping[str, str]:
    """For each file "yes", or why the server does not use it."""
    by_file = {one.file: one for one in found}
    against = _against_completion([by_file[name] for name in _ALL_OF_COMPLETION if name in by_file], config)
    reasons = {one.file: "can't be used" if one.problem else "" for one in found}
    reasons |= {name: reasons[name] or against for name in _ALL_OF_COMPLETION if name in reasons}
    return {name: f"no: {reason}" if reason else "yes" for name, reason in reasons.items()}


def _against_completion(files: Sequence[Shipped], config: Config) -> str:
    """Why the completion model, of these files, is not used; empty where it is."""
    if len(files) < len(_ALL_OF_COMPLETION):
        return "no completion model ships with this installation"
    damaged = next((one.file for one in files if one.problem), None)
    return f"{damaged} can't be used" if damaged else speed.reason_against(config, files[0].loaded.milliseconds or 0.0)


def _checked(folder: Path, file: str, entry: Entry) -> Shipped:
    stem = file.partition(".")[0]
    cards = (f"{stem}.md", f"{stem.partition('-')[0]}.md")
    card = next((name for name in cards if (folder / name).is_file()), "")
    name = file.rpartition(".")[0]
    try:
        return Shipped(name, file, entry.bytes, card, _load(folder, file))
    except ModelError as problem:
        return Shipped(name, file, entry.bytes, card, Loaded({}), str(problem))


def _load(folder: Path, file: str) -> Loaded:
    read_checked(folder, file)
    if file.startswith("prior-"):
        taken = _median(lambda: prior.Prior(folder / file), 3)
        return Loaded({"format": prior.FORMAT}, "to load, once", taken)
    load = _LOADERS.get(file)
    return load(folder) if load else Loaded({})


def _tokenizer(folder: Path) -> Loaded:
    return Loaded({"pieces": len(Subwords.load(folder / _TOKENIZER))})


def _embedding(folder: Path) -> Loaded:
    taken = _median(lambda: embedding.Embedding.load(folder / embedding.FILE), 3)
    return Loaded({"dimensions": embedding.Embedding.load(folder / embedding.FILE).dimensions}, "to load, once", taken)


def _completion(folder: Path) -> Loaded:
    model = neural.LanguageModel(folder)
    facts: dict[str, str | int] = {"shape": model.size, "tokens": model.tokens, "format": neural.FORMAT}
    return Loaded(facts, "a keystroke", round(statistics.median(speed.keystrokes(model, _ROUNDS)), 3))


def _judge(folder: Path, name: str, features: int) -> Loaded:
    judge = calibrator.Calibrator(folder, name)
    rows = [[float(row * column % 7) for column in range(features)] for row in range(_CANDIDATES)]
    taken = _median(lambda: judge.probabilities(rows), _ROUNDS)
    return Loaded({"features": features}, f"for {_CANDIDATES} candidates", taken)


_LOADERS: Mapping[str, Callable[[Path], Loaded]] = {
    COMPLETION: _completion,
    _TOKENIZER: _tokenizer,
    _CALIBRATOR: lambda folder: _judge(folder, calibrator.NAME, len(FEATURES)),
    _KEEP_PREDICTOR: lambda folder: _judge(folder, calibrator.KEEP_PREDICTOR, len(KEEP_FEATURES)),
    embedding.FILE: _embedding,
}


def _median(work: Callable[[], Any], rounds: int) -> float:
    """The median time of some work in milliseconds, after a first time that warms it up."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1e3)
    return round(statistics.median(times[1:]), 3)


def _row(one: Shipped) -> dict[str, Any]:
    row = asdict(one)
    loaded: dict[str, Any] = row.pop("loaded")
    return row | loaded


def _show(folder: Path, found: Sequence[Shipped], used: Mapping[str, str]) -> None:
    click.secho(f"Models in {folder}", bold=True)
    for one in found:
        mark = "X" if one.problem else " " if used[one.file] == "yes" else "!"
        card = f"; card {one.card}" if one.card and not one.problem else ""
        click.secho(f"{mark} {one.name:<21} {one.size:>8}  {one.facts}{card}", fg="red" if one.problem else None)
        if mark == "!":
            click.secho(f"{'':34}not used{used[one.file].removeprefix('no')}", fg="yellow")


def _show_adaptations(found: Sequence[Adaptation]) -> None:
    if found:
        click.secho("Adapted to", bold=True)
    for one in found:
        if one.used == "yes":
            click.echo(f"  {one.folder}  on {one.day}, {one.gain:.1%} less surprised there")
        else:
            click.secho(f"! {one.folder or one.file}  not used{one.used.removeprefix('no')}", fg="yellow")
