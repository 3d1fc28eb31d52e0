"""The reference: a page for each module with what it has that is public, and a page that lists them."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from beast_lsp.engine.docs.pages.docstrings import docstring_markdown
from beast_lsp.engine.docs.pages.entry import Entry, ModuleEntry
from beast_lsp.engine.docs.pages.marks import Part
from beast_lsp.engine.docs.pages.prose import spans, summary
from beast_lsp.engine.languages import by_name

FOLDER = "reference"
_FENCES = {"typescript": "ts", "tsx": "tsx", "javascript": "js"}
_PLURAL = {"class": "classes", "property": "properties"}
_CODE_NAME = re.compile(r"[\w.$]+(?:\(\))?")
_SHORTEST = 4  # letters of a lone name that is looked up in the whole project: shorter ones are words.


class Reference:
    """The pages of some modules. `source` is the way from the pages' folder to the code, None where there is none."""

    def __init__(self, modules: Sequence[ModuleEntry], source: str | None) -> None:
        self.modules = sorted(modules, key=lambda one: (one.name, one.path))
        self._source = source
        self._files = _file_names(self.modules)
        self._targets: dict[str, str] = {}
        self._ends: defaultdict[str, set[str]] = defaultdict(set)
        for module in self.modules:
            self._note(module)

    def _note(self, module: ModuleEntry) -> None:
        file = self._files[module.path]
        self._targets.setdefault(module.name, file)
        for entry in module.all():
            place = f"{file}#{_anchor(module, entry.name)}"
            self._targets.setdefault(f"{module.name}.{entry.name}", place)
            self._ends[entry.name].add(place)

    def pages(self) -> dict[str, list[Part]]:
        """The parts of every page by its path, relative to the folder of the documentation."""
        found = {f"{FOLDER}/index.md": [Part("modules", self._index())]}
        for module in self.modules:
            found[f"{FOLDER}/{self._files[module.path]}"] = self.page(module)
        return found

    def page(self, module: ModuleEntry) -> list[Part]:
        """The parts of one module's page."""
        parts = [Part("module", self._head(module))]
        seen: Counter[str] = Counter()
        for entry in module.entries:
            seen[entry.name] += 1
            number = f"~{seen[entry.name]}" if seen[entry.name] > 1 else ""
            parts.append(Part(f"{entry.name}{number}", "\n\n".join(self._entry(module, entry, 2))))
        return parts

    def _index(self) -> str:
        rows = [f"- [`{one.name}`]({self._files[one.path]}){_told(one)}" for one in self.modules]
        return "\n".join(["# Reference", "", *(rows or ["There is nothing public."])])

    def _head(self, module: ModuleEntry) -> str:
        blocks = [f"# `{module.name}`"]
        if module.doc:
            blocks.append(self._linked(module, docstring_markdown(module.doc, _family(module)), ""))
        blocks.append(self._place(module.path, None))
        rows = [self._row(module, entry) for entry in module.entries]
        if rows:
            blocks.append("\n".join(["| | |", "|---|---|", *rows]))
        if module.handed:
            listed = "\n".join(f"- {self._link(one.name, f'{one.module}.{one.original}')}" for one in module.handed)
            blocks.append(f"From other modules:\n\n{listed}")
        return "\n\n".join(filter(None, blocks))

    def _row(self, module: ModuleEntry, entry: Entry) -> str:
        told = self._linked(module, summary(entry.doc, _family(module)), entry.name).replace("|", "\\|")
        return f"| [`{entry.name}`](#{_anchor(module, entry.name)}) | {told or entry.kind} |"

    def _entry(self, module: ModuleEntry, entry: Entry, depth: int) -> Iterator[str]:
        yield f'<a id="{_anchor(module, entry.name)}"></a>\n\n{"#" * depth} `{entry.name}`'
        yield _fenced(entry.signature, module.language)
        if entry.doc:
            yield self._linked(module, docstring_markdown(entry.doc, _family(module)), entry.name)
        if depth == 2 or entry.path != module.path:
            yield self._place(entry.path, entry.line)
        plain = [one for one in entry.members if _is_plain(one)]
        if plain:
            yield "\n".join(self._plain(module, one) for one in plain)
        for member in entry.members:
            if not _is_plain(member):
                yield from self._entry(module, member, min(depth + 1, 6))

    def _plain(self, module: ModuleEntry, member: Entry) -> str:
        """A member that has no more to it than a line: an attribute."""
        told = self._linked(module, " ".join(docstring_markdown(member.doc, _family(module)).split()), member.name)
        return f"- `{_one_line(member.signature)}`{f': {told}' if told else ''}"

    def _place(self, path: str, line: int | None) -> str:
        if path == ".":
            return ""
        shown = path if line is None else f"{path}:{line + 1}"
        if self._source is None:
            return f"Source: `{shown}`"
        place = f"#L{line + 1}" if line is not None else ""
        return f"Source: [{shown}]({_quoted(posixpath.join(self._source, path))}{place})"

    def _linked(self, module: ModuleEntry, text: str, within: str) -> str:
        """The text with its code spans that name something on a page as links."""
        return spans(text, lambda code: self._span(module, code, within))

    def _span(self, module: ModuleEntry, code: str, within: str) -> str:
        name = code.removesuffix("()")
        target = self._found(module, name, within) if _CODE_NAME.fullmatch(code) else None
        if target is None or target.endswith(f"#{_anchor(module, within)}"):
            return f"`{code}`"
        return f"[`{code}`]({target})"

    def _found(self, module: ModuleEntry, name: str, within: str) -> str | None:
        """The page and place that a name means on a module's page, in the text of one of its entries."""
        holder = within
        while holder:
            found = self._targets.get(f"{module.name}.{holder}.{name}")
            if found is not None:
                return _relative(found, self._files[module.path])
            holder = holder.rpartition(".")[0]
        found = self._targets.get(f"{module.name}.{name}") or self._targets.get(name)
        if found is None and len(name) >= _SHORTEST and not name.islower():
            ends = self._ends.get(name, ())
            found = next(iter(ends)) if len(ends) == 1 else None
        return _relative(found, self._files[module.path]) if found is not None else None

    def _link(self, shown: str, name: str) -> str:
        target = self._targets.get(name)
        return f"[`{shown}`]({target}) of `{name.rpartition('.')[0]}`" if target else f"`{shown}`"


def _file_names(modules: Sequence[ModuleEntry]) -> dict[str, str]:
    """The file of each module's page; where two have one name (case apart), their paths tell them apart."""
    names = Counter(one.name.lower() for one in modules)
    found = {}
    for one in modules:
        name = one.name if names[one.name.lower()] == 1 else one.path.replace("/", ".")
        file = re.sub(r"[^\w.@-]+", ".", name).strip(".") or "module"
        found[one.path] = f"{file}_.md" if file.lower() == "index" else f"{file}.md"
    return found


def _anchor(module: ModuleEntry, name: str) -> str:
    return re.sub(r"[^\w.-]", "-", f"{module.name}.{name}")


def _relative(target: str, file: str) -> str:
    """A link from a page: within itself the place alone."""
    page, _, place = target.partition("#")
    return f"#{place}" if page == file and place else target


def _is_plain(entry: Entry) -> bool:
    return entry.kind == "attribute" and "\n\n" not in entry.doc and "\n" not in entry.signature


def _fenced(code: str, language: str) -> str:
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{_FENCES.get(language, language)}\n{code}\n{fence}"


def _one_line(code: str) -> str:
    return " ".join(code.split()).replace("`", "'")


def _told(module: ModuleEntry) -> str:
    said = summary(module.doc, _family(module))
    counts = Counter(one.kind for one in module.entries)
    held = ", ".join(
        f"{count} {_PLURAL.get(kind, f'{kind}s') if count > 1 else kind}" for kind, count in counts.items()
    )
    return f": {said}" if said else f" ({held})" if held else ""


def _family(module: ModuleEntry) -> str:
    return by_name(module.language).family


def _quoted(path: str) -> str:
    return path.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
