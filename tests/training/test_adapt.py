"""A delta of the completion model is fitted to a workspace: what it reads, and when it counts as better."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_workspace import MODEL, habitual, noisy, write

from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import Delta
from beast_lsp.router.backends.neural.prompt import PromptMaker
from beast_lsp.training.adapt.fit import Places, fit, loss
from beast_lsp.training.adapt.judge import LEAST_GAIN, judge
from beast_lsp.training.adapt.texts import split, windows, workspace_files
from beast_lsp.training.adapt.workspace import adapt
from beast_lsp.training.completion.collect import SourceFile

KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
PROMPTS = PromptMaker(MODEL.subwords, MODEL.context)


def names(files):
    return [file.path for file in files]


def text_of(files):
    return "".join(line for file in files for line in file.lines)


def test_what_changed_last_is_read_first(tmp_path):
    for age, name in enumerate(["new.py", "middle.go", "old.ts"]):
        (tmp_path / name).write_text("x = 1\n")
        os.utime(tmp_path / name, (10_000 - age, 10_000 - age))
    assert names(workspace_files(tmp_path)) == ["new.py", "middle.go", "old.ts"]


def test_secrets_never_become_what_is_learned_from(tmp_path):
    write(tmp_path, {"app.py": f'KEY = "{KEY}"\nprint(KEY)\n', "id_rsa": KEY, ".env": f"KEY={KEY}\n"})
    files = list(workspace_files(tmp_path))
    assert names(files) == ["app.py"]
    assert "print(KEY)" in text_of(files)
    assert KEY not in text_of(files)
    fed = [
        MODEL.subwords.text(piece) for file in files for window in windows(PROMPTS, file, 256) for piece in window.ids
    ]
    assert b"print(KEY)" in b"".join(fed)
    assert KEY[:12].encode() not in b"".join(fed)


def test_ignored_vendored_and_foreign_files_and_tables_are_left_out(tmp_path):
    (tmp_path / ".git").mkdir()
    table = "TABLE = [\n" + "    " + "1234567890, " * 40 + "\n]\n"
    write(
        tmp_path,
        {
            ".gitignore": "hidden/\n",
            "hidden/a.py": "x = 1\n",
            "node_modules/b.js": "let x = 1;\n",
            "notes.md": "text\n",
            "table.py": table,
            "kept.py": "x = 1\n",
        },
    )
    assert names(workspace_files(tmp_path)) == ["kept.py"]


def some_files(count):
    return [
        SourceFile(f"part{number}.py", "python", [f"a_line_that_stands_alone = {number}\n"]) for number in range(count)
    ]


@given(st.integers(0, 60))
def test_a_split_has_no_file_twice_and_does_not_depend_on_the_order(count):
    files = some_files(count)
    parts, again = split(files), split(files[::-1])
    every = [*parts.fitted, *parts.watched, *parts.held_out]
    assert sorted(names(every)) == sorted(names(files))
    assert names(parts.held_out) == names(again.held_out)
    assert parts.is_enough == (count >= 5)


def test_a_new_file_does_not_change_where_the_others_are():
    fewer, more = split(some_files(60)), split(some_files(61))
    assert set(names(fewer.held_out)) <= set(names(more.held_out))
    assert set(names(fewer.fitted)) <= set(names(more.fitted))


def test_a_copy_of_a_file_that_is_learned_from_does_not_judge():
    files = some_files(60)
    held = split(files).held_out
    copied = SourceFile("part_of_the_rest.py", "python", held[0].lines)
    assert copied.path in names(split([*files, copied]).fitted)
    assert held[0].path not in names(split([*files, copied]).held_out)


@given(st.lists(st.text("ab =()\n\t", max_size=30), max_size=60))
def test_windows_fit_the_context_and_predict_each_line_at_most_once(texts):
    file = SourceFile("src/a.py", "python", [f"{text}\n" for text in "".join(texts).split("\n")])
    found = list(windows(PROMPTS, file, MODEL.context))
    assert all(1 < window.first < len(window.ids) <= MODEL.context for window in found)
    assert sum(window.predicted for window in found) <= len(MODEL.subwords.encode_file(file.lines))


def test_a_short_file_is_one_window_as_the_server_lays_it_out():
    lines = ["def double(x):\n", "    return x + x\n"]
    (window,) = windows(PROMPTS, SourceFile("src/a.py", "python", lines), MODEL.context)
    head = PROMPTS.head("python", "src/a.py", lines, 1, "    ", ())
    assert list(window.ids) == [*head.ids, *PROMPTS.prefix(head, lines, 1, "    return x + x", "    ")]
    assert window.first == len(head.ids)


def random_places(seed, count=600, targets=None):
    random = np.random.default_rng(seed)
    states = random.standard_normal((count, 16)).astype(np.float16)
    return Places(states, random.integers(0, 40, count) if targets is None else targets(states))


def test_a_fit_finds_what_follows_from_the_states():
    head = np.random.default_rng(9).standard_normal((40, 16)).astype(np.float32)
    rule = lambda states: np.argmax(states[:, ::-1].astype(np.float32) @ head.T, axis=1)  # noqa: E731
    fitted, watched, judged = (random_places(seed, 2000, rule) for seed in (1, 2, 3))
    delta = fit(head, fitted, watched)
    assert loss(head, delta, judged) < 0.8 * loss(head, Delta.none(16, 40), judged)


def test_a_fit_to_noise_changes_nothing_or_next_to_nothing():
    head = np.zeros((40, 16), np.float32)
    delta = fit(head, random_places(1), random_places(2))
    assert loss(head, delta, random_places(3)) == pytest.approx(np.log(40), rel=0.01)


def test_a_fit_without_time_changes_nothing():
    head = np.ones((40, 16), np.float32)
    delta = fit(head, random_places(1), random_places(2), share_of_time=lambda: 2.0)
    assert not delta.up.any()
    assert not delta.bias.any()


def test_a_gain_on_every_file_is_better():
    verdict = judge([100.0, 210.0, 330.0], [90.0, 195.0, 300.0], [50, 100, 150])
    assert verdict.is_better
    assert verdict.before == pytest.approx(640 / 300)
    assert verdict.gain == pytest.approx(1 - 585 / 640)
    assert LEAST_GAIN < verdict.surely < verdict.gain


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([100.0, 100.0, 100.0], [100.0, 100.0, 100.0]),
        ([100.0, 100.0, 100.0], [99.9, 99.9, 99.9]),
        ([100.0, 100.0, 100.0], [70.0, 104.0, 103.0]),
        ([100.0, 100.0, 100.0], [130.0, 110.0, 120.0]),
    ],
)
def test_no_gain_a_tiny_one_and_that_of_one_file_are_not(before, after):
    assert not judge(before, after, [50, 50, 50]).is_better


def test_a_habit_is_learned_and_is_better_on_files_that_were_not_seen(tmp_path):
    adapted = adapt(habitual(tmp_path), MODEL, minutes=5)
    assert adapted.verdict.is_better
    assert adapted.verdict.gain > 0.2
    assert not adapted.replaces
    assert adapted.delta.facts.model == MODEL.sha256


def test_what_files_don_t_share_is_not_better(tmp_path):
    verdict = adapt(noisy(tmp_path), MODEL, minutes=5).verdict
    assert not verdict.is_better


def test_too_little_code_is_refused(tmp_path):
    with pytest.raises(ModelError, match="too little code"):
        adapt(tmp_path, MODEL, minutes=5)
    write(tmp_path, {f"a{number}.py": f"x{number} = {number}\n" for number in range(9)})
    with pytest.raises(ModelError, match="too little code"):
        adapt(tmp_path, MODEL, minutes=5)


def test_the_time_ends_it(tmp_path):
    ticks = iter(range(1_000_000))
    steps = []
    adapt(habitual(tmp_path), MODEL, 1, lambda step, _: steps.append(step), clock=lambda: next(ticks) * 0.5)
    assert steps.count("Fitting") < 120
    assert steps[-1] == "Judging"
