"""`beast-lsp demo`: the function that it takes, what the screen shows, and what it leaves alone."""

import io
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from beast_lsp.cli import demo
from beast_lsp.cli.screen import HEIGHT, WIDTH, Picture, Screen, draw, plain
from beast_lsp.engine.document import Position
from beast_lsp.replay.cases import Case
from beast_lsp.replay.client import ClientError
from beast_lsp.replay.server import Server
from beast_lsp.replay.user import DecisionPoint, Suggestion

ROOT = Path(__file__).parent.parent.parent
LINES = [f"value_{n} = compute_something({n}, {n + 1}, scale={n})" for n in range(9)]
PLEASANT = "def pleasant():\n" + "".join(f"    {line}\n" for line in LINES) + "    return value_8\n"
SHORT = "def short(a):\n    b = a\n    c = b\n    d = c\n    return d\n"


@pytest.fixture
def shop(tmp_path, monkeypatch) -> Path:
    """A folder of the user's, and the fake server in place of ours."""
    folder, truth = tmp_path / "shop", tmp_path / "truth"
    for place in (folder, truth):
        place.mkdir()
        (place / "cart.py").write_text(PLEASANT)
        (place / "tiny.py").write_text(SHORT)

    def server(home: Path) -> Server:
        script = ROOT / "tests" / "replay" / "fake_server.py"
        return Server([sys.executable, str(script), str(truth)], {"PYTHONPATH": str(ROOT)})

    monkeypatch.setattr(demo, "own_server", server)
    return folder


@pytest.fixture
def fake_client():
    class Refusing:
        def request(self, method, params):
            raise ClientError("There is no style profile yet.")

    return Refusing()


def run(*arguments: str | Path):
    return CliRunner().invoke(demo.command, [str(argument) for argument in arguments])


def case(body: str = "abc = 1\n    return abc") -> Case:
    return Case(ROOT, "cart.py", "python", "f", "def f():\n    ", body, "\n\n\nx = 1\n")


def terminal() -> Console:
    return Console(file=io.StringIO(), width=WIDTH, force_terminal=True, color_system=None)


def text_of(picture: Picture) -> str:
    console = Console(file=io.StringIO(), width=WIDTH)
    console.print(draw(picture))
    return console.file.getvalue()


def point(case: Case, offset: int, shown: str, accepted: bool) -> DecisionPoint:
    suggestion = Suggestion(shown, milliseconds=3.0) if shown else None
    return DecisionPoint(case, offset, Position(1, 4), shown, bool(shown), accepted, suggestion)


def test_without_a_terminal_the_function_and_its_figures_are_printed(shop):
    result = run(shop)
    assert result.exit_code == 0, result.output
    assert "def pleasant():" in result.stdout
    assert f"«{LINES[0]}»" in result.stdout
    # Ten lines and the nine newlines between them, one key each.
    assert "with 19 keys" in result.stdout
    assert "10 of 10 suggestions were right" in result.stdout
    assert "\x1b" not in result.stdout


def test_nothing_of_the_user_s_is_changed(shop):
    run(shop)
    assert {file.name: file.read_text() for file in shop.iterdir()} == {"cart.py": PLEASANT, "tiny.py": SHORT}


def test_it_tells_what_it_is_sure_of_about_the_style(shop):
    output = run(shop).stdout
    assert "4 spaces (9 of 9)" in output
    assert "double" not in output


def test_a_server_without_a_profile_tells_nothing(fake_client):
    assert demo.style_lines(fake_client, "python") == []


def test_without_a_path_it_takes_the_current_folder(shop, monkeypatch):
    monkeypatch.chdir(shop)
    assert "reads shop" in run().stdout


def test_a_pleasant_function_is_preferred(shop):
    assert demo.choose_case(shop, ["cart.py", "tiny.py"], 1).function == "pleasant"


def test_any_function_will_do_where_none_is_pleasant(shop):
    assert demo.choose_case(shop, ["tiny.py"], 1).function == "short"


def test_a_folder_without_functions_is_told(tmp_path):
    (tmp_path / "notes.md").write_text("nothing")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "no function" in result.output


def test_the_picture_fits_a_terminal_of_80_by_24():
    long = case("\n    ".join(f"line_{n} = {n} * {'x' * (n * 3)}" for n in range(40)))
    for offset in (0, 100, 1000, len(long.body)):
        lines = text_of(Picture(long, offset, ghost="ghost\n    more")).splitlines()
        assert len(lines) == HEIGHT + 3
        assert max(map(len, lines)) <= WIDTH


def test_the_ghost_stands_between_what_is_typed_and_what_follows():
    shown = text_of(Picture(case(), 3, ghost=" = 1"))
    assert "2      abc = 1" in shown
    assert "5  x = 1" in shown


def test_tabs_do_not_shift_the_ghost():
    tabs = Case(ROOT, "a.go", "go", "f", "func f() {\n\t", "a := 1\n\treturn a", "\n}\n")
    assert "a := 1" in text_of(Picture(tabs, 5, ghost="1")).replace("    ", "\t")


def test_an_acceptance_is_one_key_and_is_highlighted_before_the_next():
    drawn = []
    screen = Screen(terminal(), case(), 0.1, drawn.append)
    with screen:
        screen.show(point(case(), 0, "", accepted=False))
        screen.show(point(case(), 1, "bc = 1", accepted=True))
    assert (screen.picture.keys, screen.picture.offset, screen.picture.given) == (2, 7, ((1, 7),))
    assert len(drawn) == 3  # a key, the ghost text, the highlight.


def test_without_a_terminal_nothing_waits():
    def never(_seconds: float) -> None:
        raise AssertionError

    with Screen(Console(file=io.StringIO()), case(), 0.1, never) as screen:
        screen.show(point(case(), 0, "abc", accepted=True))
        screen.finish()
    assert screen.picture.saved == pytest.approx(2 / 3)


def test_colours_are_left_out_where_they_are_not_wanted(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), width=WIDTH, force_terminal=True, color_system="standard")
    console.print(draw(Picture(case(), 3, ghost="def", given=((0, 3),), fresh=(0, 3))))
    assert "\x1b[3" not in console.file.getvalue().replace("\x1b[3m", "")  # italic may stay.


def test_on_paper_marks_show_who_wrote_what():
    picture = Picture(case(), len(case().body), given=((0, 7), (12, 18)))
    assert plain(picture) == "def f():\n    «abc = 1»\n    «return» abc"


def test_markup_in_the_user_s_code_is_only_text():
    body = 'x = "[bold]"\n    return "[/nonsense]"'
    assert "[/nonsense]" in text_of(Picture(case(body), len(body), finished=True))
