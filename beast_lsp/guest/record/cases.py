"""Makes a case of a call: simpler while it goes the same way, run again until it is known what holds each time."""

from __future__ import annotations

import ast
import re
from typing import Any, NamedTuple

from ..wire import Case, Check, Raised
from .execution import Outcome, Runner, compiled
from .names import used_names
from .oracles.checks import Oracle, files
from .oracles.expressions import ADDRESS
from .oracles.suspicions import suspicion_of
from .plans import FIXTURES, Plan, Text, written
from .search.explorer import Found
from .subjects import Subject

MESSAGE = 200


class Draft(NamedTuple):
    """A call on its way to a case."""

    plan: Plan
    text: Text
    checks: tuple[tuple[str, str], ...]
    raises: tuple[str, str] | None
    outcome: Outcome
    seed: str


class Cases:
    """Writes cases."""

    def __init__(self, runner: Runner, oracle: Oracle) -> None:
        self._runner = runner
        self._oracle = oracle

    def made(self, found: Found, subject: Subject) -> Case | None:
        """The case of a call, None where nothing about it holds each time."""
        draft = self._draft(found.plan)
        if draft is None:
            return None
        again = self._verified(draft, 7)
        if again is None:
            return None
        return self._case(again, subject)

    def holds(self, case: Case, resets: bool) -> bool:
        """Whether a case passes, in the state that others left where it isn't reset."""
        text = Text(tuple(case["arrange"]), case["act"], "", ())
        outcome = self._runner.run(text, case["is_async"], 3, resets)
        if case["raises"]:
            wanted = self._raised(outcome)
            return wanted is not None and wanted[0] == case["raises"]["type"] and case["raises"]["message"] in wanted[1]
        return outcome.ended == "returned" and all(self._true(each["text"], outcome) for each in case["checks"])

    def _draft(self, plan: Plan, seed: str = "") -> Draft | None:
        bound = tuple(argument.name for argument in plan.arguments if is_mutable(argument.value.text))
        first = self._run(plan, bound, 0, seed)
        if first.outcome.ended not in {"returned", "raised"}:
            return None
        changed = {path.partition(".")[0] for kind, path in first.checks if kind == "attribute"}
        used = tuple(
            name
            for name, variable in first.text.variables
            if any(re.search(rf"\b{variable}\b", text) for _, text in first.checks)
        )
        return first if set(used) == set(bound) or changed is None else self._run(plan, used, 0, seed)

    def _run(self, plan: Plan, bound: tuple[str, ...], chance: int, seed: str) -> Draft:
        text = written(plan, bound)
        if seed:
            text = text._replace(arrange=(seed, *text.arrange))
        variables = dict(text.variables)

        def looks(namespace: dict[str, Any]) -> dict[str, Any]:
            seen: dict[str, Any] = dict(self._oracle.looks(namespace, [text.receiver, *variables.values()]))
            return {**seen, "tmp_path files": files(namespace)}

        outcome = self._runner.run(text, plan.is_async, chance, True, looks)
        raised = self._raised(outcome)
        checks = [] if raised or outcome.ended != "returned" else self._oracle.checks(outcome, text.receiver, variables)
        pairs = tuple((each["kind"], each["text"]) for each in checks)
        return Draft(plan, text, pairs, raised, outcome, seed)

    def _verified(self, draft: Draft, chance: int) -> Draft | None:
        """The draft with what holds in a second run as well; with a seed where chance decides."""
        bound = tuple(name for name, _ in draft.text.variables)
        second = self._run(draft.plan, bound, chance, draft.seed)
        if draft.raises is not None or second.raises is not None:
            return steady(draft, second)
        with self._runner.elsewhere():
            held = [each for each in draft.checks if self._true(each[1], second.outcome)]
        if len(held) < len(draft.checks) and not draft.seed and uses_random(self._runner.module):
            seeded = self._draft(draft.plan, "random.seed(0)")
            return self._verified(seeded, chance) if seeded is not None else None
        return draft._replace(checks=tuple(held)) if held else None

    def _true(self, text: str, outcome: Outcome) -> bool:
        namespace = {**outcome.namespace, "result": outcome.result, **self._runner.names.objects(used_names(text))}
        if "tmp_path" in text and "tmp_path" not in namespace:
            return False
        namespace.setdefault("capsys", outcome.capsys)
        try:
            return bool(eval(compiled(text, "eval"), namespace))  # noqa: S307 - this process exists to run such code.
        except Exception:  # Then it doesn't hold.
            return False

    def _raised(self, outcome: Outcome) -> tuple[str, str] | None:
        if outcome.ended != "raised" or outcome.error is None:
            return None
        name = self._runner.names.of(type(outcome.error))
        try:
            message = str(outcome.error)
        except Exception:  # Its text is the program's.
            message = ""
        is_stable = (
            not ADDRESS.search(message) and "{" not in message and len(message) < MESSAGE and "\n" not in message
        )
        is_free = not outcome.tmp_path or outcome.tmp_path not in message
        return (name or "Exception", message if is_stable and is_free and outcome.is_told else "")

    def _case(self, draft: Draft, subject: Subject) -> Case:
        text, outcome = draft.text, draft.outcome
        checks: list[Check] = [{"kind": kind, "text": each} for kind, each in draft.checks]
        raises: Raised | None = None
        whole = [*text.arrange, text.act, *(each["text"] for each in checks)]
        if draft.raises is not None:
            raises = {"type": draft.raises[0], "message": draft.raises[1]}
            whole.append(draft.raises[0])
        fakes = self._runner.boundary.fakes(outcome.fakes)
        whole += [each["value"] for each in fakes]
        used = frozenset().union(*(used_names(part) for part in whole))
        local = assigned_names(text.arrange)
        return {
            "target": subject.target["name"],
            "arrange": list(text.arrange),
            "act": text.act,
            "is_async": draft.plan.is_async,
            "checks": checks,
            "raises": raises,
            "imports": self._runner.names.imports(used - local),
            "needs": [each for each in FIXTURES if each in used],
            "fakes": fakes,
            "given": {},
            "suspicion": suspicion_of(subject, draft.plan, outcome, outcome.is_told),
            "lines": sorted(outcome.lines),
            "arcs": sorted(outcome.arcs),
        }


def steady(first: Draft, second: Draft) -> Draft | None:
    """What two runs that raised have in common."""
    if first.raises is None or second.raises is None or first.raises[0] != second.raises[0]:
        return None
    return first if first.raises == second.raises else first._replace(raises=(first.raises[0], ""))


def is_mutable(text: str) -> bool:
    """Whether a value can be changed by who gets it."""
    plain = text.strip()
    return bool(plain) and (
        plain[0] in "[{"
        or (plain[0].isupper() and plain.endswith(")"))
        or (
            "(" in plain
            and not plain.startswith(("lambda", "(", "'", '"', "b'", "iter(", "frozenset(", "float(", "str(", "range("))
        )
    )


def uses_random(module: Any) -> bool:
    """Whether the module can reach `random`."""
    names = vars(module).values()
    return any(
        getattr(each, "__name__", "") == "random"
        or getattr(each, "__module__", "") == "random"
        or "Random" in type(getattr(each, "__self__", None)).__name__
        for each in list(names)
    )


def assigned_names(arrange: tuple[str, ...]) -> frozenset[str]:
    """The names that statements bind."""
    found = set()
    for line in arrange:
        for node in ast.walk(ast.parse(line)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
    return frozenset(found)
