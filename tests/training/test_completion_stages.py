"""The stages that make the completion model, from checkouts to a card."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from tiny_decoder import write_tokenizer

from beast_lsp.engine.subwords import Subwords
from beast_lsp.training.completion.collect import Collected
from beast_lsp.training.completion.pack import load

MIT = "MIT License\n\nPermission is hereby granted, free of charge, to any person"
MAIL = "jane.doe@example.org"
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def source(seed, functions=12):
    random = np.random.default_rng(seed)
    names = [f"name_{number}" for number in random.integers(10_000, size=functions)]
    return "".join(f"def {name}(value):\n    other_{name} = value + 1\n    return other_{name}\n\n\n" for name in names)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Checkouts of one repository that is trained on, one that a run is watched by, and three that are neither."""
    folder = tmp_path_factory.mktemp("stages")
    for seed, name in enumerate(["psf__requests", "encode__httpx", "pallets__flask", "celery__celery"]):
        checkout = folder / "checkouts" / name
        (checkout / "package").mkdir(parents=True)
        (checkout / "LICENSE").write_text(MIT)
        for number in range(3):
            (checkout / "package" / f"module_{number}.py").write_text(source(seed * 10 + number))
    first = folder / "checkouts" / "psf__requests"
    (first / "copied.py").write_text((first / "package" / "module_0.py").read_text())
    (first / "private.py").write_text(f'OWNER = "{MAIL}"\nKEY = "{KEY}"\nprint(OWNER, KEY, "and more")\n')
    (first / ".commit").write_text("0123456789abcdef\n")
    (folder / "checkouts" / "tornadoweb__tornado").mkdir()
    stage("collect", folder / "checkouts", folder / "collected")
    write_tokenizer(folder / "tokenizer.json")
    stage("pack", folder / "collected", folder / "tokenizer.json", folder / "packed", folder / "recipe.json")
    return folder


def stage(name, *words, fails=False):
    command = [sys.executable, "-m", f"beast_lsp.training.completion.{name}", *map(str, words)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode != 0) == fails, run.stderr
    return run.stdout if not fails else run.stderr


def text_of(collected):
    return "".join(line for file in collected.files for line in file.lines)


def test_only_what_may_be_trained_on_is_collected(folder):
    assert [path.name for path in (folder / "collected").glob("*.xz")] == ["psf__requests.xz"]
    assert [path.name for path in (folder / "collected" / "validation").glob("*.xz")] == ["encode__httpx.xz"]


def test_copies_secrets_and_addresses_stay_out(folder):
    collected = Collected.load(folder / "collected" / "psf__requests.xz")
    # One of the two equal files, whichever comes first.
    assert len({"copied.py", "package/module_0.py"} & {file.path for file in collected.files}) == 1
    assert "private.py" in {file.path for file in collected.files}
    assert MAIL not in text_of(collected)
    assert KEY not in text_of(collected)


def test_the_recipe_says_what_to_check_out_and_holds_no_code(folder):
    recipe = json.loads((folder / "recipe.json").read_text())
    entry = recipe["psf/requests"]
    assert (entry["part"], entry["commit"], entry["licence"]) == ("train", "0123456789abcdef", "MIT")
    assert {name: entry["part"] for name, entry in recipe.items()}["encode/httpx"] == "validation"
    assert "def " not in json.dumps(recipe)


def test_a_packed_file_is_the_collected_one(folder):
    subwords = Subwords.load(folder / "tokenizer.json")
    packed = load(folder / "packed" / "train" / "python-psf__requests.npz")
    file = Collected.load(folder / "collected" / "psf__requests.xz").files[0]
    assert packed.file(0).tolist() == subwords.encode_file(file.lines)
    assert packed.paths[0] == subwords.encode_path(file.path)


def test_packing_again_gives_the_same_recipe(folder, tmp_path):
    stage("pack", folder / "collected", folder / "tokenizer.json", tmp_path / "packed", tmp_path / "recipe.json")
    assert (tmp_path / "recipe.json").read_text() == (folder / "recipe.json").read_text()


def test_a_stage_without_its_input_says_so_in_a_line(folder, tmp_path):
    said = stage("pack", folder / "collected", tmp_path / "none.json", tmp_path, tmp_path / "recipe.json", fails=True)
    assert "none.json can't be used" in said
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def run(folder):
    """A run's folder after two short sessions of training, the second from the weights alone, and the export."""
    pytest.importorskip("torch", reason="torch is part of the extra `train`")
    pytest.importorskip("onnx", reason="onnx is part of the extra `train`")
    ids = len(Subwords.load(folder / "tokenizer.json"))
    shape = ("--size", "tiny", "--ids", ids, "--batch", 2, "--length", 64)
    stage("train", folder / "packed", folder / "first", *shape, "--tokens", 640)
    resume = ("--resume", folder / "first" / "weights.npz")
    stage("train", folder / "packed", folder / "run", *shape, "--tokens", 640, *resume)
    stage("train", folder / "packed", folder / "run", *shape, "--anneal", 256)
    stage("export", folder / "run" / "annealed.npz", folder / "tokenizer.json", folder / "models")
    return folder / "run"


def test_tokens_add_up_from_run_to_run(run):
    from beast_lsp.training.completion.weights import read_weights

    assert [read_weights(run / name)[1] for name in ("weights.npz", "annealed.npz")] == [1280, 1280 + 256]


def test_figures_and_card(folder, run):
    pytest.importorskip("matplotlib", reason="matplotlib is part of the extra `train`")
    short = ("--samples", 2, "--length", 64, "--output", run / "metrics.json")
    stage("evaluate", folder / "packed" / "validation", run / "annealed.npz", folder / "models", *short)
    metrics = json.loads((run / "metrics.json").read_text())
    assert metrics["onnx"]["ids"] == 128
    assert abs(metrics["loss_by_export"]) < 0.01
    (run / "log.csv").write_text("100,819200,1.0,5.5,5.25,60\n200,1638400,1.0,5.0,4.75,120\n")
    stage("card", run, run / "metrics.json", folder / "recipe.json", folder / "models" / "completion.md")
    card = (folder / "models" / "completion.md").read_text()
    assert "psf/requests@0123456789 (MIT)" in card
    assert "| 1,638,400 | 5.000 | 4.750 |" in card
    assert re.search(r"1,536 tokens in all, .*Never trained on, .*:\nencode/httpx", card, re.DOTALL)
    assert (run / "loss.png").stat().st_size > 1_000


def test_a_card_without_figures_is_refused(folder, run):
    said = stage("card", folder, run / "none.json", folder / "recipe.json", folder / "none.md", fails=True)
    assert "run the stage that writes it first" in said
    assert not (folder / "none.md").exists()
