"""What the completion model costs: file, load, memory, reading a prompt, a token, and checking a draft of eight.

    python tests/benchmarks/completion_model.py [FOLDER] [--rounds 10]

FOLDER holds `completion.onnx`; by default it is the one that ships. Times are medians, on one thread.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from beast_lsp.engine.subwords import FIRST_BYTE
from beast_lsp.paths import models_folder
from beast_lsp.router.backends.neural.delta import Delta
from beast_lsp.router.backends.neural.model import LanguageModel, State
from beast_lsp.training.adapt.fit import RANK

PIECE = 128  # Ids that the server reads at once.
TOKENS = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=models_folder())
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    before = memory()
    started = time.perf_counter()
    model = LanguageModel(options.folder)
    loaded = time.perf_counter() - started
    size = (options.folder / "completion.onnx").stat().st_size
    print(f"{model.size}: {size / 1e6:.1f} MB, loaded in {loaded * 1e3:.0f} ms, ", end="")
    state = model.new_state()
    read(state, model.context - 1)
    print(f"{memory() - before:.0f} MB of memory with onnxruntime and a full state")
    for length in (256, 512, model.context - TOKENS):
        print(f"read {length}: {milliseconds(lambda length=length: read(state, length), options.rounds):.1f} ms")
    for length in (256, model.context - TOKENS):
        read(state, length)
        taken = milliseconds(lambda length=length: write(state, length), options.rounds) / TOKENS
        print(f"a token after {length}: {taken:.2f} ms")
    read(adapted := model.new_state(some_delta(model)), 256)
    taken = milliseconds(lambda: write(adapted, 256), options.rounds) / TOKENS
    print(f"a token after 256, with a workspace's delta: {taken:.2f} ms")
    read(state, 512)
    print(f"check a draft of 8 after 512: {milliseconds(lambda: check(state, 512), options.rounds):.2f} ms")


def some_delta(model: LanguageModel) -> Delta:
    """A delta of the size that `beast-lsp train adapt` makes."""
    shapes = ((model.width, RANK), (RANK, model.width), (model.vocabulary,))
    down, up, bias = (np.full(shape, 1e-3, np.float32) for shape in shapes)
    return Delta(down, up, bias)


def memory() -> float:
    return psutil.Process().memory_info().rss / 1e6


def milliseconds(work: Callable[[], None], rounds: int) -> float:
    """The median time of some work, once warm."""
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def read(state: State, length: int) -> None:
    """Reads a prompt of so many ids, in pieces."""
    state.rewind(0)
    ids = [FIRST_BYTE + number % 256 for number in range(length)]
    for at in range(0, length, PIECE):
        state.feed(ids[at : at + PIECE])


def write(state: State, length: int) -> None:
    """Appends some ids one by one."""
    state.rewind(length)
    for number in range(TOKENS):
        state.feed([FIRST_BYTE + number])


def check(state: State, length: int) -> None:
    """Scores a draft in one pass."""
    state.rewind(length)
    state.feed([FIRST_BYTE + number for number in range(8)], keep=8)


if __name__ == "__main__":
    main()
