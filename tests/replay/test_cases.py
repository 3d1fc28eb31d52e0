"""Functions cut out of copies: which, how, and that nothing of them is left to see."""

from pathlib import Path

import pytest

from beast_lsp.engine.conventions import is_test
from beast_lsp.replay.cases import Case, cases, new_files
from beast_lsp.replay.copies import Texts, code_paths, copy_workspace, keep_only

FIRST = """def first(items):
    total = 0
    for item in items:
        total += item
    return total


def short(x):
    return x
"""
SECOND = """class Box:
    def load(self, path):
        with open(path) as file:
            for line in file:
                self.add(line)
        return self

    def save(self, path):
        with open(path, "w") as file:
            for line in self.lines:
                file.write(line)
        return path
"""


def workspace(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_py", ".py").replace("_go", ".go")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def whole(case: Case) -> str:
    return case.before + case.body + case.after


def test_a_body_is_taken_out_of_the_file(tmp_path):
    paths = workspace(tmp_path, first_py=FIRST)
    [case] = cases(tmp_path, paths, 5)
    assert case.function == "first"
    assert case.body == FIRST[FIRST.index("total = 0") : FIRST.index("\n\n\ndef short")]
    assert whole(case) == FIRST
    assert (tmp_path / "first.py").read_text() == case.before + case.after


def test_a_short_function_is_left_alone(tmp_path):
    paths = workspace(tmp_path, short_py="def short(x):\n    y = x\n    return y\n")
    assert cases(tmp_path, paths, 5) == []


def test_two_holes_in_one_file_hide_each_other(tmp_path):
    paths = workspace(tmp_path, box_py=SECOND)
    load, save = cases(tmp_path, paths, 5)
    on_disk = (tmp_path / "box.py").read_text()
    assert (load.function, save.function) == ("load", "save")
    assert load.before + load.after == save.before + save.after == on_disk
    assert load.body not in on_disk
    assert save.body not in whole(load)


@pytest.mark.parametrize("shift", ["", "    "], ids=["verbatim", "indented"])
def test_a_body_that_stands_elsewhere_is_no_case(tmp_path, shift):
    copy = "class C:\n" + "\n".join(shift + line for line in FIRST.split("\n"))
    paths = workspace(tmp_path, first_py=FIRST, copy_py=copy, box_py=SECOND)
    assert {case.function for case in cases(tmp_path, paths, 10)} == {"load", "save"}


def test_a_copy_in_a_file_that_is_no_code_counts_too(tmp_path):
    paths = workspace(tmp_path, first_py=FIRST)
    (tmp_path / "README.md").write_text(f"```\n{FIRST}```\n")
    assert cases(tmp_path, [*paths, "README.md"], 5) == []


def test_the_same_seed_takes_the_same_functions(tmp_path):
    files = {f"m{i}_py": FIRST.replace("total", f"total{i}") for i in range(9)}
    chosen = []
    for name in ("one", "two"):
        paths = workspace(tmp_path / name, **files)
        chosen.append([case.path for case in cases(tmp_path / name, paths, 4)])
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == 4


def test_half_comes_from_tests_and_each_file_gives_one_first(tmp_path):
    files = {f"m{i}_py": FIRST.replace("total", f"total{i}") + SECOND.replace("line", f"line{i}") for i in range(4)}
    files |= {f"tests__test_m{i}_py": FIRST.replace("total", f"tested{i}") for i in range(4)}
    found = cases(tmp_path, workspace(tmp_path, **files), 6)
    assert sum(is_test(case.path) for case in found) == 3
    assert len({case.path for case in found}) == 6


def test_a_file_with_other_line_ends_is_left_alone(tmp_path):
    paths = workspace(tmp_path, first_py=FIRST)
    (tmp_path / "first.py").write_bytes(FIRST.replace("\n", "\r\n").encode())
    assert cases(tmp_path, paths, 5) == []


def test_braces_stay_and_their_content_goes(tmp_path):
    text = "package a\n\nfunc f() int {\n\ta := 1\n\tb := 2\n\tc := a + b\n\treturn c\n}\n"
    [case] = cases(tmp_path, workspace(tmp_path, a_go=text), 1)
    assert case.body == "a := 1\n\tb := 2\n\tc := a + b\n\treturn c"
    assert case.before.endswith("{\n\t")
    assert case.after == "\n}\n"


def test_a_new_file_is_gone_and_its_licence_is_not_typed(tmp_path):
    paths = workspace(tmp_path, first_py=f"# Licence\n# of all files\n\nimport os\n\n\n{FIRST}")
    [case] = new_files(tmp_path, paths, 3)
    assert not (tmp_path / "first.py").exists()
    assert (case.before, case.after) == ("", "")
    assert case.body.startswith("import os\n\n\ndef first")


def test_a_copy_leaves_out_what_nobody_edits(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    workspace(source, a_py=FIRST, build__a_py=FIRST, src__build__b_py=FIRST, venv__c_py=FIRST)
    (source / ".git").mkdir()
    (source / ".git" / "HEAD").write_text("ref")
    (source / "picture.png").write_bytes(b"PNG\0\1")
    (source / "link.py").symlink_to(source / "a.py")
    assert copy_workspace(source, target) == ["a.py", "src/build/b.py"]
    assert not (target / "link.py").exists()


def test_a_copy_of_no_folder_fails(tmp_path):
    with pytest.raises(NotADirectoryError):
        copy_workspace(tmp_path / "gone", tmp_path / "target")


def test_a_small_workspace_keeps_few_files_of_code_and_all_others(tmp_path):
    paths = [*workspace(tmp_path, a_py=FIRST, b_py=SECOND, c_py=FIRST), "README.md"]
    (tmp_path / "README.md").write_text("text")
    left = keep_only(tmp_path, paths, 1)
    assert len(left) == 2
    assert "README.md" in left
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(left)


def test_code_is_what_has_a_grammar():
    assert code_paths(["a.py", "b.md", "c.go"]) == ["a.py", "c.go"]
    assert code_paths(["a.py", "b.md", "c.go"], "go") == ["c.go"]


def test_texts_count_without_indentation(tmp_path):
    paths = workspace(tmp_path, a_py="if x:\n    a\n\n    b\n", b_py="a\nb\n")
    assert Texts(tmp_path, paths).count("  a\n  b") == 2
