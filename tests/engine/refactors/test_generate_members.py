"""The methods that bases leave open."""

import pytest
from refactoring_case import done, offered, plain, printed, refused

BASE = """
    import abc
    class Shape(abc.ABC):
        @abc.abstractmethod
        def size(self, unit: str = "m", *, exact=None, **rest: int) -> float:
            '''How large.'''
        @property
        @abc.abstractmethod
        def name(self) -> str: ...
        @classmethod
        @abc.abstractmethod
        async def load(cls, path, /, *more): ...
        def known(self): ...
    """


def test_every_open_method_is_written():
    before = plain(BASE) + "class Square(Shape):¦\n    side = 2\n"
    after = """
        class Square(Shape):
            side = 2

            def size(self, unit: str = "m", *, exact=None, **rest: int) -> float:
                raise NotImplementedError

            @property
            def name(self) -> str:
                raise NotImplementedError

            @classmethod
            async def load(cls, path, /, *more):
                raise NotImplementedError
        """
    assert done("generate-members", before) == plain(BASE) + plain(after)
    assert printed(done("generate-members", before) + "print(Square().side)\n") == "2\n"


@pytest.mark.parametrize("body", ["pass", "..."])
def test_a_body_that_says_nothing_is_replaced(body):
    source = f"{plain(BASE)}class Round(Shape):\n    name = load = None\nclass Disc(Round):¦\n    {body}\n"
    assert done("generate-members", source).endswith(
        'class Disc(Round):\n    def size(self, unit: str = "m", *, exact=None, **rest: int) -> float:\n'
        "        raise NotImplementedError\n"
    )


def test_annotations_of_another_file_stay_there_unless_they_are_built_in():
    base = """
        from abc import ABC, abstractmethod
        from lib import Unit, Width
        class Shape(ABC):
            @abstractmethod
            def size(self, unit: Unit, more: list[int] = Width(), less: "str | None" = None) -> Width: ...
        """
    source = "from shapes import Shape\nclass Square(Shape):¦\n    pass\n"
    stub = "    def size(self, unit, more: list[int] = ..., less=None):\n        raise NotImplementedError\n"
    assert done("generate-members", source, {"shapes.py": base}).endswith(f"class Square(Shape):\n{stub}")


def test_a_protocol_leaves_open_what_has_no_body():
    source = """
        from typing import Protocol
        class Named(Protocol):
            def name(self) -> str: ...
            def shout(self) -> str:
                return self.name().upper()
        class Person(Named):¦
            pass
        """
    assert done("generate-members", source).endswith(
        "class Person(Named):\n    def name(self) -> str:\n        raise NotImplementedError\n"
    )


@pytest.mark.parametrize(
    "tail",
    [
        "class Square(Shape):¦\n    size = name = load = 1\n",
        "class Inner(Shape, abc.ABC):¦\n    pass\n",
        "class Inner(Shape):¦\n    @abc.abstractmethod\n    def more(self): ...\n",
        "class Other:¦\n    pass\n",
        "class Square(Shape):\n    ¦side = 2\n",
        "class Plain:\n    @abc.abstractmethod\n    def f(self): ...\nclass Heir(Plain):¦\n    pass\n",
        "class Full(Shape):\n    size = name = load = 1\nclass Heir(Full):¦\n    pass\n",
    ],
)
def test_nothing_is_missing(tail):
    assert not offered("generate-members", plain(BASE) + tail)


def test_a_base_from_outside_may_have_the_methods():
    source = f"from lib import Mixin\n{plain(BASE)}class Square(Mixin, Shape):¦\n    pass\n"
    assert "can't be looked into" in refused("generate-members", source)
