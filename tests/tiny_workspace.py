"""Workspaces for the tiny decoder: one with a habit that it can learn, and one without anything that files share."""

import string
from pathlib import Path

import numpy as np

from beast_lsp.router.backends.neural.model import LanguageModel

FIXTURES = Path(__file__).parent / "router" / "neural" / "fixtures"
MODEL = LanguageModel(FIXTURES)


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def habitual(folder, files=16):
    """Each file calls its own functions in the same way."""
    random = np.random.default_rng(1)
    return write(
        folder,
        {
            f"part{number}.py": "".join(
                f"def f{name}(self):\n    return self.call(f{name})\n\n" for name in random.integers(1_000, size=12)
            )
            for number in range(files)
        },
    )


def noisy(folder, files=16):
    """Each file is written in letters of its own."""
    random = np.random.default_rng(1)
    letters = np.array(list(string.ascii_letters))[: 3 * files].reshape(files, 3)
    return write(
        folder,
        {
            f"part{number}.py": "".join("".join(random.choice(own, 100)) + "\n" for _ in range(12))
            for number, own in enumerate(letters)
        },
    )
