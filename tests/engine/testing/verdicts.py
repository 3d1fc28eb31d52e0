"""Judgements for tests."""


def verdict(name, outcome="passed", *, message="", lines=(), arcs=(), kills=(), assertions=1, strength=1.0):
    return {
        "name": name, "outcome": outcome, "message": message, "seconds": 0.01, "lines": list(lines),
        "arcs": [list(arc) for arc in arcs], "kills": list(kills), "assertions": assertions, "strength": strength,
    }  # fmt: skip


def mutant(number, status="survived", *, function="f", line=1, operator="comparison", before="a < b", after="a <= b"):
    return {
        "id": number, "line": line, "operator": operator, "before": before, "after": after, "status": status,
        "function": function,
    }  # fmt: skip


def judgement(tests, *, mutants=(), lines=(), arcs=(), problem=""):
    return {
        "tests": list(tests), "mutants": list(mutants), "lines": list(lines), "arcs": [list(arc) for arc in arcs],
        "problem": problem,
    }  # fmt: skip
