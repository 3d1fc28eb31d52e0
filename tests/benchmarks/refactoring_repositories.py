"""A copy of a repository that tools refactor: its places, what becomes of its files, and how they are as before."""

import random
import re
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from refactoring_judge import problems
from refactoring_peers import OutsideError, rope_changes, within
from refactoring_places import places

_SECONDS = 120  # for one refactoring; a peer may take longer, and nobody would wait.


@dataclass(frozen=True)
class Done:
    """What a tool made of a place: every Python file afterwards, or None and the reason."""

    files: Mapping[str, str] | None = None
    outcome: str = "not offered"
    reason: str = ""
    seconds: float = 0.0
    plan: Any = None


class Tool(Protocol):
    """Something that refactors."""

    name: str

    def attempt(self, kind: str, place: Mapping[str, Any]) -> Done:
        """Tries a kind at a place; nothing is written."""
        ...

    def undone(self, done: Done) -> bool:
        """Writes it, undoes it, and says whether every file is as it was."""
        ...


@dataclass
class Copy:
    """The Python files below a folder, as they were at first."""

    folder: Path
    texts: dict[str, str] = field(default_factory=dict)
    _bytes: dict[str, bytes] = field(default_factory=dict)
    _places: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bytes = self.now()
        for path, data in self._bytes.items():
            try:
                self.texts[path] = data.decode()
            except UnicodeDecodeError:
                continue

    def now(self) -> dict[str, bytes]:
        """The bytes of every Python file as it is now."""
        found = sorted(path for path in self.folder.rglob("*.py") if path.is_file() and not path.is_symlink())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}

    def is_restored(self) -> bool:
        """Whether every file is as it was."""
        return self.now() == self._bytes

    def restore(self) -> None:
        """Writes back what is not as it was."""
        now = self.now()
        for path in now.keys() - self._bytes.keys():
            (self.folder / path).unlink()
        for path, data in self._bytes.items():
            if now.get(path) != data:
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_bytes(data)

    def changed(self, after: Mapping[str, str]) -> frozenset[str]:
        """The paths that differ, on either side."""
        return frozenset(path for path in {*self.texts, *after} if self.texts.get(path) != after.get(path))

    def problems(self, after: Mapping[str, str], *, is_rename: bool) -> list[str]:
        """What is wrong with the files afterwards."""
        return problems(self.texts, after, self.changed(after), is_rename=is_rename)

    def place(self, kind: str, source: random.Random) -> dict[str, Any] | None:
        """A random place of a random file, with random options; None where the file has none."""
        path = source.choice(sorted(self.texts))
        if (kind, path) not in self._places:
            try:
                self._places[kind, path] = places(self.texts[path], kind)
            except (SyntaxError, ValueError):
                self._places[kind, path] = []
        found = self._places[kind, path]
        if not found:
            return None
        start, end = source.choice(found)
        return {"path": path, "start": start, "end": end, "options": self._options(kind, path, start, source)}

    def _options(self, kind: str, path: str, start: int, source: random.Random) -> dict[str, str]:
        words = re.findall(r"\b[a-z_][a-z0-9_]{2,}\b", self.texts[path]) or ["other"]
        # One new name in five is there already.
        name = source.choice(words) if source.random() < 0.2 else f"fresh_{source.choice(words).strip('_')}"
        if kind.startswith("move-"):
            beside = [
                each for each in self.texts if each.rpartition("/")[0] == path.rpartition("/")[0] and each != path
            ]
            target = source.choice(beside or [path]).removesuffix(".py").removeprefix("src/").removesuffix("/__init__")
            return {"to": target.replace("/", ".")}
        if kind != "change-signature":
            return {"name": name.upper() if "constant" in kind else name}
        line = self.texts[path].encode()[start:].split(b":", 1)[0].decode("utf-8", "replace")
        parameters = [each for each in re.findall(r"[(,]\s*(\w+)", line) if each not in {"self", "cls"}] or ["missing"]
        one = source.choice(parameters)
        shuffled = ",".join(source.sample(parameters, len(parameters)))
        changes = [("remove", one), ("add", f"{name}=None"), ("rename", f"{one}:{name}"), ("keyword_only", one)]
        return dict([source.choice([*changes, ("reorder", shuffled), ("default", f"{one}=None")])])


class EngineTool:
    """This project's engine."""

    name = "beast-lsp"

    def __init__(self, copy: Copy) -> None:
        from beast_lsp.engine.refactors.registry import REFACTORINGS
        from beast_lsp.store.files import FolderFiles

        self._copy = copy
        self._files = FolderFiles(copy.folder)
        self._program: Any = None
        self.kinds = [one.name for one in REFACTORINGS if "python" in one.families]

    def attempt(self, kind: str, place: Mapping[str, Any]) -> Done:
        """Tries a kind at a place, through the net; certain edits only."""
        from beast_lsp.engine.refactors import registry
        from beast_lsp.engine.refactors.proposal import Certainty
        from beast_lsp.engine.refactors.refactoring import Site

        refactoring = registry.by_name(kind)
        if refactoring is None:
            return Done()
        site = Site(self._next(), place["path"], place["start"], place["end"], place["options"])
        begin = time.perf_counter()
        offer = registry.attempt(refactoring, site)
        seconds = round(time.perf_counter() - begin, 3)
        if offer is None:
            return Done(seconds=seconds)
        if offer.plan is None:
            crashed = "bug report" in str(offer.refusal)
            return Done(outcome="crashed" if crashed else "refused", reason=str(offer.refusal), seconds=seconds)
        edits = [edit for found in offer.plan.edits.values() for edit in found]
        if any(edit.certainty is Certainty.PROBABLE for edit in edits):
            return Done(outcome="to confirm", reason="what may be meant, too, wants to be confirmed", seconds=seconds)
        return Done(self._after(offer.plan), "done", seconds=seconds, plan=offer.plan)

    def _next(self) -> Any:
        from beast_lsp.engine.scopes.resolution.program import Program
        from beast_lsp.store.index.sources import ProgramSources

        earlier = self._program
        sources = ProgramSources(self._copy.folder, earlier=earlier.sources if earlier else None)
        self._program = Program(sources, earlier)
        return self._program

    def _after(self, plan: Any) -> dict[str, str]:
        from beast_lsp.engine.refactors.net.reverse import moved_path

        texts = {**self._copy.texts, **plan.after}
        kept = {moved_path(path, plan.moved): text for path, text in texts.items() if path not in plan.deleted}
        return {path: text for path, text in {**kept, **plan.created}.items() if path.endswith(".py")}

    def do(self, done: Done) -> None:
        """Writes it."""
        self._files.write(done.plan, done.plan.after)

    def undo(self, done: Done) -> None:
        """Takes it back, as the server does."""
        from beast_lsp.engine.refactors.net.reverse import reverse_of, undoing

        before = {**self._copy.texts}
        back = undoing(reverse_of(done.plan, before.get), self._files.read)
        if back is not None:
            self._files.write(back, back.after)

    def undone(self, done: Done) -> bool:
        """Writes it and takes it back; what is written has to be what was judged."""
        self.do(done)
        written = {path: data.decode("utf-8", "replace") for path, data in self._copy.now().items()}
        assert done.files is not None
        is_same = all(written.get(path) == text for path, text in done.files.items())
        self.undo(done)
        is_restored = self._copy.is_restored()
        self._copy.restore()
        return is_same and is_restored


class RopeTool:
    """rope, which writes to the copy and is taken back by its old bytes."""

    name = "rope"

    def __init__(self, copy: Copy) -> None:
        from rope.base.project import Project

        self._copy = copy
        self._project = Project(str(copy.folder), ropefolder=None)

    def attempt(self, kind: str, place: Mapping[str, Any]) -> Done:
        """Tries a kind at a place."""
        from rope.base.exceptions import RopeError

        begin = time.perf_counter()
        try:
            with _at_most(_SECONDS):
                files = self._tried(kind, place)
            return Done(files, "done", seconds=round(time.perf_counter() - begin, 3))
        except OutsideError as error:
            return Done(outcome="broken", reason=f"would change {error}")
        except RopeError as error:
            return Done(outcome="refused", reason=f"{type(error).__name__}: {error}")
        except Exception as error:  # a peer's bug is no end of the benchmark.
            return Done(outcome="crashed", reason=f"{type(error).__name__}: {error}")
        finally:
            self._copy.restore()
            self._project.validate()

    def _tried(self, kind: str, place: Mapping[str, Any]) -> dict[str, str]:
        data = (self._copy.folder / place["path"]).read_bytes()
        start, end = (len(data[: place[name]].decode().replace("\r\n", "\n")) for name in ("start", "end"))
        file = self._project.get_file(place["path"])
        changes = rope_changes(self._project, file, start, end, kind, place["options"])
        within(self._copy.folder, (resource.real_path for resource in changes.get_changed_resources()))
        self._project.do(changes)
        return {path: data.decode() for path, data in self._copy.now().items() if path in self._copy.texts}

    def undone(self, done: Done) -> bool:
        """It was taken back already, by us: how rope undoes is not what is measured."""
        return self._copy.is_restored()


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def end(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
