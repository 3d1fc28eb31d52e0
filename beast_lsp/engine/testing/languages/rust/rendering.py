"""Rust tests: functions of the module `tests` inside the tested file, as the language's book has unit tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.model import Case
from beast_lsp.engine.testing.languages.rust.probe import bound, expression
from beast_lsp.engine.testing.languages.trees import child, inner, of_type
from beast_lsp.engine.testing.languages.wording import named, slug


def render(tree: SyntaxTree, cases: Sequence[Case]) -> str:
    """The whole file with the tests in it: at the end of its tests where they see everything, else in a new module."""
    tests = [_test(name, case) for name, case in zip(case_names(tree, cases), cases, strict=True)]
    text = "".join(tree.lines)
    home = _home(tree)
    if home is None:
        body = "\n\n".join(tests)
        return f"{text.rstrip()}\n\n#[cfg(test)]\nmod {_module(tree)} {{\n    use super::*;\n\n{body}\n}}\n"
    before = tree.source[:home].decode("utf-8", "replace").rstrip()
    after = tree.source[home:].decode("utf-8", "replace")
    body = "\n\n".join(tests)
    return f"{before}\n\n{body}\n{after}"


def case_names(tree: SyntaxTree, cases: Sequence[Case]) -> list[str]:
    """The functions that the tests are, none called as something that is there."""
    taken = {inner(tree, child(one, "name")) for one in of_type(tree.tree.root_node, "function_item")}
    found = []
    for case, words in zip(cases, _worded(cases), strict=True):
        name = slug(f"{case.call.target.name} {words}")
        number = 2
        unique = name
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique)
        found.append(unique)
    return found


def _worded(cases: Sequence[Case]) -> list[str]:
    found: list[str] = []
    for _, group in groupby(cases, lambda case: case.call.target.qualified):
        listed = list(group)
        names = zip(named(listed, "panics"), listed, strict=True)
        found += [name.replace("panics", "fails", 1) if one.outcome.form == "err" else name for name, one in names]
    return found


def _module(tree: SyntaxTree) -> str:
    modules = {inner(tree, child(one, "name")) for one in of_type(tree.tree.root_node, "mod_item")}
    return "tests" if "tests" not in modules else "recorded_tests"


def _home(tree: SyntaxTree) -> int | None:
    """Where the module `tests` ends, if it sees all of the file."""
    for node in tree.tree.root_node.named_children:
        body = child(node, "body")
        if node.type == "mod_item" and inner(tree, child(node, "name")) == "tests" and body is not None:
            sees = re.search(r"\buse super::\*;", tree.text(body))
            return body.end_byte - 1 if sees else None
    return None


def _test(name: str, case: Case) -> str:
    text = expression(case.call)
    arrange = bound(case.call, "subject" if not case.call.target.is_changing else "mut subject")
    outcome = case.outcome
    attributes, lines = ["    #[test]"], [arrange] if arrange else []
    if outcome.form == "error":
        attributes.append(f"    #[should_panic(expected = {_quoted(outcome.text)})]")
        lines.append(f"{text};")
    else:
        lines.append(_asserted(text, outcome.form, outcome.text))
    body = "\n".join(f"        {line}" for line in lines)
    return "\n".join([*attributes, f"    fn {name}() {{", body, "    }"])


def _asserted(text: str, form: str, expected: str) -> str:
    match form:
        case "err":
            return f"assert!({text}.is_err());"
        case "empty":
            return f"assert!({text}.is_empty());"
        case "nan":
            return f"assert!({text}.is_nan());"
        case "close":
            return f"assert!(({text} - {f'({expected})' if expected[0] == '-' else expected}).abs() < 1e-9);"
        case _ if expected in {"true", "false"}:
            return f"assert!({'' if expected == 'true' else '!'}{text});"
        case _:
            return f"assert_eq!({text}, {expected});"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
