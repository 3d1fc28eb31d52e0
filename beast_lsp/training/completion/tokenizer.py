"""Learns the pieces that `engine.subwords` cuts lexical tokens into.

    python -m beast_lsp.training.completion.tokenizer COLLECTED OUTPUT.json [--size 8192]

Byte pair encoding (Sennrich et al., 2016) by the tokenizers library, whose merges never cross a lexical border.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from beast_lsp.engine.subwords import BREAKS, FIRST_MERGED, Subwords
from beast_lsp.engine.tokens import FILE_START, file_tokens
from beast_lsp.training.completion.collect import Collected

_BORDER = "\x1f"  # No source has it.
_WHOLE = frozenset({*BREAKS, FILE_START})
_LONGEST = 16  # Longer pieces are single projects' names.


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collected", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--size", type=int, default=8192, help="number of ids, marks and bytes included")
    options = parser.parse_args()
    subwords = Subwords(learn(options.collected, options.size - FIRST_MERGED))
    subwords.save(options.output)
    print(f"{options.output.name}: {len(subwords):,} ids")


def learn(collected: Path, merges: int) -> list[bytes]:
    """The merged pieces, the first one merged first."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_BORDER, "removed"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=merges + len(alphabet), initial_alphabet=alphabet, max_token_length=_LONGEST, min_frequency=10
    )
    tokenizer.train_from_iterator(_texts(collected), trainer)
    by_rank = sorted(tokenizer.get_vocab().items(), key=lambda known: known[1])
    return [_bytes(piece) for piece, _ in by_rank if len(piece) > 1]


def _texts(collected: Path) -> Iterator[str]:
    """Every file as its lexical tokens, between borders."""
    for path in sorted(collected.glob("*.xz")):
        for file in Collected.load(path).files:
            yield _BORDER.join(token for token in file_tokens(file.lines) if token not in _WHOLE)


def _bytes(piece: str) -> bytes:
    """The bytes of a piece in the library's spelling: each byte as a printable character (Radford et al., 2019)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [value for value in range(256) if value not in printable]
    values = {chr(value): value for value in printable}
    values.update({chr(256 + number): value for number, value in enumerate(others)})
    return bytes(values[character] for character in piece)


if __name__ == "__main__":
    main()
