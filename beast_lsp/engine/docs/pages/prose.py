"""The text of docstrings and doc comments as Markdown: markup of reST and Javadoc put into its words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

_ROLE = re.compile(r"(?<![\w`]):[\w:+-]+:`([^`]+)`|`([^`]+)`:[\w:+-]+:")
_NAMED_LINK = re.compile(r"`([^`<]+?)\s*<(https?://[^>`]+)>`__?")
_LITERAL = re.compile(r"``(?!`)(.+?)``(?!`)")
_DIRECTIVE = re.compile(r"(\s*)\.\. ([\w:-]+)::\s*(.*)")
_CODE = frozenset({"code-block", "code", "sourcecode", "literalinclude", "parsed-literal", "testcode", "doctest"})
_SAID = {
    "versionadded": "New in version", "versionchanged": "Changed in version", "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}  # fmt: skip
_HIDDEN = frozenset({"index", "autosummary", "testsetup", "testcleanup", "currentmodule", "module", "highlight"})
_INLINE_TAG = re.compile(r"\{@(?:link|linkplain|code|literal|value|see)\s+([^{}]+?)\}")
_BLOCK_TAG = re.compile(r"\s*@(\w+)\s*(.*)")
_GO_LINK = re.compile(r"\[([*\w./]+)\](?!\()")
_RUST_LINK = re.compile(r"\[(`[^`\]]+`)\](?:\((?!https?:)[^)\s]*\)|\[[^\]]*\])?")
_RUST_TARGET = re.compile(r"\s*\[[^\]]+\]:\s*(?!https?:)\S+\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_SPAN = re.compile(r"(`+)(.+?)\1")
_RAW_HTML = re.compile(r"<(?=[A-Za-z/!])")
_BLANKS = re.compile(r"\n{3,}(?!    )")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*_\"'(])")
_LONGEST = 160  # characters of a summary.

Lines = Sequence[str]


def markdown(text: str, family: str) -> str:
    """The text of a docstring or doc comment as Markdown; headings in it become bold lines. Total."""
    lines = textwrap.dedent(text).strip().expandtabs(4).splitlines()
    if family == "python":
        lines = list(_restructured(lines))
    elif family == "rust":
        lines = list(_rust(lines))
    elif family == "go":
        lines = [line if line[:1].isspace() else _GO_LINK.sub(r"`\1`", line) for line in lines]
    elif family in {"java", "javascript"}:
        lines = list(_tagged([_INLINE_TAG.sub(lambda found: f"`{_linked(found[1])}`", line) for line in lines]))
    return _BLANKS.sub("\n\n", "\n".join(_outside_fences(_closed(lines), _plain_heading))).strip()


def summary(text: str, family: str) -> str:
    """The first sentence, on one line."""
    words = [line.strip() for line in _first_paragraph(markdown(text, family).splitlines())]
    sentence = _SENTENCE.split(" ".join(words), maxsplit=1)[0]
    return sentence if len(sentence) <= _LONGEST else textwrap.shorten(sentence, _LONGEST, placeholder=" …")


def spans(text: str, change: Callable[[str], str]) -> str:
    """The text with each code span that stands outside of code blocks replaced by what `change` makes of its code."""

    def changed(found: re.Match[str]) -> str:
        return change(found[2]) if found[1] == "`" else found[0]

    return "\n".join(_outside_fences(text.splitlines(), lambda line: _SPAN.sub(changed, line)))


def inline(text: str) -> str:
    """The inline markup of reST as Markdown, and signs that Markdown would take for HTML as themselves."""
    text = _NAMED_LINK.sub(r"[\1](\2)", text)
    text = _ROLE.sub(lambda found: f"`{_target(found[1] or found[2])}`", text)
    text = _LITERAL.sub(r"`\1`", text)
    return "".join(part if number % 2 else _RAW_HTML.sub(r"\\<", part) for number, part in enumerate(_pieces(text)))


def _pieces(text: str) -> list[str]:
    """What stands outside of code spans, and the spans, in turns."""
    found, end = [], 0
    for span in _SPAN.finditer(text):
        found += [text[end : span.start()], span[0]]
        end = span.end()
    return [*found, text[end:]]


def _target(text: str) -> str:
    """What a role shows: the words before a target, or its last name after a tilde."""
    shown, _, target = text.partition("<")
    if target:
        return shown.strip()
    return text.lstrip("~!").rpartition(".")[2] if text.startswith("~") else text.lstrip("!")


def _linked(text: str) -> str:
    name, _, label = text.partition(" ")
    return label.strip() or name.lstrip("#").replace("#", ".")


def _first_paragraph(lines: Lines) -> Iterator[str]:
    for line in lines:
        if not line.strip() or _FENCE.match(line):
            return
        yield line


def _outside_fences(lines: Lines, change: Callable[[str], str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark is not None:
            fence = "" if fence == mark[1] else fence or mark[1]
        yield line if fence or mark is not None else change(line)


def _closed(lines: Lines) -> Lines:
    """The lines without a fence that nothing closes, or opens: everything below it would be code."""
    fences = [row for row, line in enumerate(lines) if _FENCE.match(line)]
    return lines if len(fences) % 2 == 0 else [line for row, line in enumerate(lines) if row != fences[-1]]


def _rust(lines: Lines) -> Iterator[str]:
    """Rust's Markdown without the lines that its examples hide, and without links that only rustdoc can follow."""
    is_code = False
    for line in lines:
        if _FENCE.match(line):
            is_code = not is_code
            yield (
                re.sub(r"^(\s*```)(?:rust|no_run|ignore|should_panic|compile_fail|edition\d+|,|\s)*$", r"\1rust", line)
                if is_code
                else line
            )
        elif is_code:
            if not re.match(r"\s*#(?: |$)", line):
                yield line
        elif not _RUST_TARGET.match(line):
            yield _RUST_LINK.sub(r"\1", line)


def _plain_heading(line: str) -> str:
    found = _HEADING.fullmatch(line)
    return f"**{found[1]}**" if found is not None else line


def _restructured(lines: Lines) -> Iterator[str]:
    """Blocks of reST: doctests, literal blocks and directives; text that is Markdown already stays so."""
    row = 0
    while row < len(lines):
        line = lines[row]
        directive = _DIRECTIVE.fullmatch(line)
        if _FENCE.match(line):
            end = next((at for at in range(row + 1, len(lines)) if _FENCE.match(lines[at])), len(lines) - 1)
            yield from lines[row : end + 1]
            row = end + 1
        elif line.lstrip().startswith(">>>"):
            row, block = _doctest(lines, row)
            yield from ["", "```pycon", *block, "```", ""]
        elif directive is not None:
            row, block = _indented(lines, row + 1, len(directive[1]))
            yield from _directed(directive[2].rpartition(":")[2], directive[3], block)
        elif line.rstrip().endswith("::") and (block := _indented(lines, row + 1, _indent(line))[1]):
            text = line.rstrip()[:-1].rstrip(":").rstrip()
            row = _indented(lines, row + 1, _indent(line))[0]
            yield from [inline(f"{text}:") if text else "", "", "```text", *block, "```", ""]
        elif _is_term(lines, row):
            row, block = _indented(lines, row + 1, _indent(line))
            yield f"- {inline(line.strip())}"
            yield from (f"  {each}".rstrip() for each in ["", *_restructured(block), ""])
        else:
            yield from _underlined(lines, row)
            row += 2 if _is_underlined(lines, row) else 1


def _is_term(lines: Lines, row: int) -> bool:
    """Whether a line is what a definition list defines: the next line is deeper, and it is no item of another list."""
    line, below = lines[row], lines[row + 1] if row + 1 < len(lines) else ""
    is_item = re.match(r"\s*(?:[*+-]|\w+[.)]|#\.|>)\s|\s*:", line)
    return bool(line.strip() and below.strip()) and _indent(below) > _indent(line) and is_item is None


def _underlined(lines: Lines, row: int) -> Iterator[str]:
    if _is_underlined(lines, row):
        yield f"**{lines[row].strip()}**"
        yield ""
    else:
        yield inline(lines[row])


def _is_underlined(lines: Lines, row: int) -> bool:
    """Whether a line is a heading: the next one is a row of signs as long as it is."""
    line, below = lines[row].strip(), lines[row + 1].strip() if row + 1 < len(lines) else ""
    return bool(line) and len(below) >= max(3, len(line) - 1) and len(set(below)) == 1 and below[0] in "=-~^\"'#*+"


def _doctest(lines: Lines, row: int) -> tuple[int, list[str]]:
    """Where a doctest ends, and its lines: up to a blank line after which no other prompt comes."""
    start, indent = row, _indent(lines[row])
    while row < len(lines):
        is_over = not lines[row].strip() and not (row + 1 < len(lines) and lines[row + 1].lstrip().startswith(">>>"))
        if is_over or (lines[row].strip() and _indent(lines[row]) < indent):
            break
        row += 1
    return row, [line[indent:].rstrip() for line in lines[start:row]]


def _indented(lines: Lines, row: int, indent: int) -> tuple[int, list[str]]:
    """Where the block ends whose lines are deeper than some indentation, and its lines without theirs."""
    start = row
    while row < len(lines) and (not lines[row].strip() or _indent(lines[row]) > indent):
        row += 1
    block = textwrap.dedent("\n".join(lines[start:row])).strip("\n").splitlines()
    return row, [line.rstrip() for line in block]


def _directed(name: str, argument: str, block: Lines) -> Iterator[str]:
    body = [line for line in block if not re.match(r":[\w-]+:", line)]
    if name in _HIDDEN:
        return
    yield ""
    if name in _CODE:
        yield from [f"```{argument or ('pycon' if name == 'doctest' else 'python')}", *_stripped(body), "```"]
    elif name in _SAID:
        version, _, rest = argument.partition(" ")
        said = " ".join([rest, *(line.strip() for line in body)]).strip()
        yield f"*{_SAID[name]} {version}{f': {inline(said)}' if said else '.'}*"
    elif name in {"rubric", "topic"}:
        yield f"**{argument}**"
        yield from ("", *_restructured(body))
    else:
        yield f"> **{name.replace('-', ' ').capitalize()}:** {inline(argument)}".rstrip()
        yield from (f"> {line}".rstrip() for line in _restructured(body))
    yield ""


def _stripped(lines: Lines) -> list[str]:
    return "\n".join(lines).strip("\n").splitlines()


def _tagged(lines: Lines) -> Iterator[str]:
    """The block tags of JSDoc and Javadoc as a list."""
    is_in_list, is_code = False, False
    for line in lines:
        is_code = is_code != bool(_FENCE.match(line))
        tag = _BLOCK_TAG.fullmatch(line) if not is_code else None
        if tag is None:
            text = line if is_code else re.sub(r"</?(?:p|br)\s*/?>", "", line)
            yield f"  {text.strip()}".rstrip() if is_in_list and not is_code else text
            continue
        if not is_in_list:
            yield ""
        is_in_list = True
        yield _tag(tag[1], tag[2])


def _tag(name: str, text: str) -> str:
    kind = re.match(r"\{([^{}]*)\}\s*", text)
    text, of = (text[kind.end() :], f" (`{kind[1]}`)") if kind is not None else (text, "")
    if name in {"param", "throws", "exception", "template", "typeParam", "property"}:
        parts = text.split(None, 1)
        told = parts[1].lstrip("- ") if len(parts) > 1 else ""
        word = {"param": "", "exception": "throws ", "throws": "throws "}.get(name, f"{name} ")
        return f"- {word}`{parts[0].strip('[]') if parts else ''}`{of}{f': {told}' if told else ''}"
    return f"- *{name}*{of} {text.lstrip('- ')}".rstrip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
