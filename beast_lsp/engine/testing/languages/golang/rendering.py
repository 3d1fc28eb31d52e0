"""A Go test file: a table of cases for each function."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from beast_lsp.engine.testing.languages.golang.probe import expression
from beast_lsp.engine.testing.languages.golang.targets import result_types
from beast_lsp.engine.testing.languages.model import Case, Target
from beast_lsp.engine.testing.languages.wording import named

_NAMES = frozenset({"name", "want", "wantErr", "wantOK", "tt", "t", "got", "ok", "err", "_", "tests"})


def render(package: str, cases: Sequence[Case]) -> str:
    """The whole test file, as gofmt would lay it out but for the alignment of fields."""
    groups = [list(group) for _, group in groupby(cases, lambda case: case.call.target.qualified)]
    functions = [_function(group) for group in groups]
    is_deep = any(case.outcome.form.startswith("deep") for case in cases)
    imports = 'import (\n\t"reflect"\n\t"testing"\n)' if is_deep else 'import "testing"'
    return "\n\n".join([f"package {package}", imports, *functions]) + "\n"


def case_names(cases: Sequence[Case]) -> list[str]:
    """The names of the subtests as `go test -v` reports them."""
    found = []
    for _, group in groupby(cases, lambda case: case.call.target.qualified):
        listed = list(group)
        found += [f"{_title(listed[0].call.target)}/{name.replace(' ', '_')}" for name in _named(listed)]
    return found


def _named(cases: Sequence[Case]) -> list[str]:
    """Names that the tool reports as they are: it rewrites what is not printable, and tells spaces by underscores."""
    names = []
    for name, case in zip(named(cases, "fails"), cases, strict=True):
        if case.outcome.form == "fine":
            name = name.replace("returns ", "passes", 1)  # noqa: PLW2901 - an error that is nil has no text.
        plain = "".join(one for one in name.replace("fails error", "fails") if one.isascii() and one.isprintable())
        plain = plain.replace('"', "").replace("\\", "").replace("/", " per ").replace("#", "").strip()
        number, unique = 2, plain
        while unique in names:
            unique, number = f"{plain} {number}", number + 1
        names.append(unique)
    return names


def _title(target: Target) -> str:
    name = target.name[:1].upper() + target.name[1:]
    return (
        f"Test{target.owner}_{target.name}"
        if target.owner
        else f"Test{name}"
        if name == target.name
        else f"Test_{target.name}"
    )


def _function(cases: Sequence[Case]) -> str:
    target = cases[0].call.target
    type_, beside = result_types(target.result)
    # A variadic function and one whose calls differ in length are called with what stands in each case.
    fields = [f"arg{place}" if one.name in _NAMES else one.name for place, one in enumerate(target.parameters)]
    types = [f"[]{one.type}" if one.is_rest else one.type for one in target.parameters]
    lines = [f"func {_title(target)}(t *testing.T) {{", "\ttests := []struct {", "\t\tname string"]
    lines += [f"\t\t{name} {kind}" for name, kind in zip(fields, types, strict=True)]
    lines += [] if type_ == "error" else [f"\t\twant {type_}"]
    lines += ["\t\twantErr bool"] if "error" in {type_, beside} else ["\t\twantOK bool"] if beside == "bool" else []
    lines += ["\t}{"]
    for name, case in zip(_named(cases), cases, strict=True):
        lines.append(f"\t\t{{{', '.join(_row(name, case, target, fields))}}},")
    lines += ["\t}", "\tfor _, tt := range tests {", "\t\tt.Run(tt.name, func(t *testing.T) {"]
    given = tuple(
        f"tt.{name}{'...' if one.is_rest else ''}" for name, one in zip(fields, target.parameters, strict=True)
    )
    lines += [f"\t\t\t{line}" for line in _check(target, cases, expression(cases[0].call, given))]
    return "\n".join([*lines, "\t\t})", "\t}", "}"])


def _row(name: str, case: Case, target: Target, fields: Sequence[str]) -> list[str]:
    type_, beside = result_types(target.result)
    cells = [f"name: {json.dumps(name)}"]
    for place, (field, one) in enumerate(zip(fields, target.parameters, strict=True)):
        rest = case.call.arguments[place:]
        value = f"[]{one.type}{{{', '.join(rest)}}}" if one.is_rest else case.call.arguments[place]
        cells += [f"{field}: {value}"] if not one.is_rest or rest else []
    form = case.outcome.form
    if form == "error":
        return [*cells, "wantErr: true"]
    cells += [] if type_ == "error" else [f"want: {case.outcome.text}"]
    return cells + (["wantOK: true"] if beside == "bool" and form.endswith("true") else [])


def _check(target: Target, cases: Sequence[Case], call: str) -> list[str]:
    type_, beside = result_types(target.result)
    name = target.name
    if type_ == "error":
        wrong = f'\tt.Errorf("{name}() error = %v, wantErr %v", err, tt.wantErr)'
        return [f"if err := {call}; (err != nil) != tt.wantErr {{", wrong, "}"]
    is_deep = any(case.outcome.form.startswith("deep") for case in cases)
    differs = "!reflect.DeepEqual(got, tt.want)" if is_deep else "got != tt.want"
    compare = [f"if {differs} {{", f'\tt.Errorf("{name}() = %v, want %v", got, tt.want)', "}"]
    if beside == "error":
        wrong = f'\tt.Fatalf("{name}() error = %v, wantErr %v", err, tt.wantErr)'
        guard = (
            ["if err == nil && " + differs + " {"]
            if any(case.outcome.form == "error" for case in cases)
            else compare[:1]
        )
        return [f"got, err := {call}", "if (err != nil) != tt.wantErr {", wrong, "}", *guard, *compare[1:]]
    if beside == "bool":
        wrong = f'\tt.Errorf("{name}() ok = %v, want %v", ok, tt.wantOK)'
        return [f"got, ok := {call}", "if ok != tt.wantOK {", wrong, "}", *compare]
    return [f"got := {call}", *compare]
