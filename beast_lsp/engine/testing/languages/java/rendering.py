"""A Java test class for JUnit 5 or 4."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from beast_lsp.engine.testing.languages.java.probe import expression, quoted
from beast_lsp.engine.testing.languages.model import Case, Outcome, Project
from beast_lsp.engine.testing.languages.wording import camel, named

_UTILITIES = re.compile(r"\b(Arrays|HashSet|List|Map|Optional|Set)(?=[.<])")
_ASSERTIONS = re.compile(r"\b(assert\w+)\(")


def render(project: Project, cases: Sequence[Case]) -> str:
    """The whole test file."""
    indent = project.style.indent
    tests = [_test(project, name, case, indent) for name, case in zip(case_names(cases), cases, strict=True)]
    body = "\n\n".join(tests)
    kind = "org.junit.jupiter.api" if project.framework == "junit5" else "org.junit"
    used = "Assertions" if project.framework == "junit5" else "Assert"
    body = body.replace("java.util.", "")
    if project.namespace:
        body = body.replace(f"{project.namespace}.", "")
    imports = [f"import static {kind}.{used}.{one};" for one in sorted(set(_ASSERTIONS.findall(body)))]
    names = {f"java.util.{one}" for one in _UTILITIES.findall(_without_strings(body))}
    names |= {f"java.util.{one}" for one in re.findall(r"\b(Collections|LinkedHashSet)\b", _without_strings(body))}
    plain = [f"import {one};" for one in sorted({*names, f"{kind}.Test"})]
    head = [f"package {project.namespace};\n"] if project.namespace else []
    visible = "" if project.framework == "junit5" else "public "
    name = project.tests.name.removesuffix(".java")
    return "\n".join([*head, *imports, "", *plain, "", f"{visible}class {name} {{", "", body, "}", ""])


def case_names(cases: Sequence[Case]) -> list[str]:
    """The methods that the tests are."""
    found: list[str] = []
    for name, group in groupby(cases, lambda case: case.call.target.name):
        for words in named(list(group)):
            wanted = unique = camel(f"{name} {words}")
            number = 2
            while unique in found:
                unique, number = f"{wanted}{number}", number + 1
            found.append(unique)
    return found


def _without_strings(text: str) -> str:
    return re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)


def _test(project: Project, name: str, case: Case, indent: str) -> str:
    is_modern = project.framework == "junit5"
    outcome = case.outcome
    is_error = outcome.form == "error"
    mark = f"@Test(expected = {outcome.error}.class)" if is_error and not is_modern else "@Test"
    throws = " throws Exception" if case.call.target.is_throwing and not (is_error and is_modern) else ""
    visible = "" if is_modern else "public "
    lines = [mark, f"{visible}void {name}(){throws} {{"]
    lines += [indent + line for line in _body(is_modern, expression(case.call), outcome)]
    return "\n".join(indent + line for line in [*lines, "}"])


def _body(is_modern: bool, text: str, outcome: Outcome) -> list[str]:
    if outcome.form != "error":
        return [_asserted(text, outcome)]
    if not is_modern:
        return [f"{text};"]
    thrown = f"assertThrows({outcome.error}.class, () -> {text})"
    if outcome.text in {"", "null"}:
        return [f"{thrown};"]
    return [f"{outcome.error} error = {thrown};", f"assertEquals({quoted(outcome.text)}, error.getMessage());"]


def _asserted(text: str, outcome: Outcome) -> str:
    expected = outcome.text
    match outcome.form:
        case "truth":
            return f"assert{expected.capitalize()}({text});"
        case "null":
            return f"assertNull({text});"
        case "close":
            return f"assertEquals({expected}, {text}, 1e-{6 if expected.endswith('f') else 9});".replace(
                "1e-6)", "1e-6f)"
            )
        case "text":
            return f"assertEquals({expected}, {text}.toString());"
        case "array":
            delta = (
                ", 1e-9" if expected.startswith("new double") else ", 1e-6f" if expected.startswith("new float") else ""
            )
            return f"assertArrayEquals({expected}, {text}{delta});"
        case _:
            return f"assertEquals({expected}, {text});"
