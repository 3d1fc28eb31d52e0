"""Objects, and everything that isn't a plain call."""

from record_case import cases_of, checks_of, events_of, shown

STACK = """
    class Stack:
        def __init__(self, items: list[int] | None = None):
            self.items = list(items or [])

        def push(self, n: int) -> None:
            self.items.append(n)

        def pop(self) -> int:
            if not self.items:
                raise LookupError("nothing left")
            return self.items.pop()

        def __len__(self) -> int:
            return len(self.items)

        def __add__(self, other: "Stack") -> "Stack":
            return Stack(self.items + other.items)

        @property
        def is_empty(self) -> bool:
            return not self.items
"""


def test_methods_are_called_in_several_states_as_a_person_would():
    cases = cases_of(STACK.replace("list[int] | None", "list"), seconds=3.0)
    by_target = {}
    for case in cases:
        by_target.setdefault(case["target"], []).append(case)
    assert set(by_target) == {f"Stack.{name}" for name in ("__init__", "push", "pop", "__len__", "__add__", "is_empty")}
    assert "len(stack)" in {case["act"] for case in by_target["Stack.__len__"]}
    assert all(" + " in case["act"] for case in by_target["Stack.__add__"])
    assert {case["act"] for case in by_target["Stack.is_empty"]} == {"stack.is_empty"}
    pushed = [shown(case) for case in by_target["Stack.push"]]
    assert any("stack.items == [" in text for text in pushed)
    assert any(case["raises"] and case["raises"]["message"] == "nothing left" for case in by_target["Stack.pop"])


def test_an_abstract_class_gets_a_plain_subclass():
    source = """
        import abc
        class Shape(abc.ABC):
            @abc.abstractmethod
            def area(self) -> float: ...
            def twice(self) -> float:
                return self.area() * 2
    """
    twice = [shown(case) for case in cases_of(source) if case["target"] == "Shape.twice"]
    assert any("class PlainShape(Shape):" in text and "shape.twice()\nresult == 3.0" in text for text in twice)


def test_a_protocol_gets_a_stub():
    source = """
        from typing import Protocol
        class Named(Protocol):
            name: str
            def greet(self) -> str: ...
        def welcome(one: Named) -> str:
            return one.greet() + "!"
    """
    assert "result == 'abc!'" in checks_of(source, seconds=2.0)


def test_dataclasses_are_compared_whole():
    source = """
        from dataclasses import dataclass
        @dataclass
        class Point:
            x: int
            y: int
        def mirrored(point: Point) -> Point:
            return Point(point.y, point.x)
    """
    assert "result == Point(x=3, y=3)" in checks_of(source)


def test_objects_without_equality_are_looked_at():
    source = """
        class Box:
            def __init__(self, size: int):
                self.size = size
        def bigger(box: Box) -> Box:
            return Box(box.size + 1)
    """
    checks = checks_of(source)
    assert "isinstance(result, Box)" in checks
    assert "result.size == 4" in checks


def test_generators_are_listed_and_endless_ones_are_cut():
    source = """
        def twice(n: int):
            yield n
            yield n * 2
        def forever(n: int):
            while True:
                yield n
    """
    found = {case["target"]: case["act"] for case in cases_of(source, seconds=3.0)}
    assert found["twice"].startswith("list(twice(")
    assert found["forever"].startswith("list(islice(forever(")


def test_coroutines_are_waited_for():
    source = """
        import asyncio
        async def later(n: int) -> int:
            await asyncio.sleep(0)
            return n + 1
        async def counted(n: int):
            for each in range(n):
                yield each
    """
    cases = cases_of(source, seconds=4.0)
    later = next(case for case in cases if case["target"] == "later")
    assert (later["is_async"], shown(later)) == (True, "await later(3)\nresult == 4")
    counted = next(case for case in cases if case["target"] == "counted" and "3" in case["act"])
    assert counted["act"] == "collected(counted(3))"
    assert counted["checks"][0]["text"] == "result == [0, 1, 2]"


def test_context_managers_are_entered_and_left_by_an_error():
    source = """
        import contextlib
        @contextlib.contextmanager
        def opened(n: int):
            yield n + 1
    """
    acts = {case["act"]: case for case in cases_of(source)}
    assert acts["entered(opened(3))"]["checks"][0]["text"] == "result == 4"
    assert acts["fail_within(opened(3))"]["raises"]["type"] == "ValueError"


def test_a_decorators_function_is_called_in_turn():
    source = """
        import functools
        def doubled(function):
            @functools.wraps(function)
            def inner(*args):
                return [function(*args), function(*args)]
            return inner
    """
    cases = cases_of(source, seconds=2.0)
    assert any("doubled(" in "".join(case["arrange"]) and case["act"].startswith("function") for case in cases)


def test_what_no_object_can_be_made_of_is_noted():
    source = """
        class Never:
            def __init__(self):
                raise RuntimeError("no")
            def used(self) -> int:
                return 1
    """
    notes = [event["text"] for event in events_of(source) if event["event"] == "note"]
    assert "no way was found to make an object of Never" in notes
    assert {case["target"] for case in cases_of(source)} == {"Never.__init__"}
