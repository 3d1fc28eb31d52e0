"""A decoder too small to know anything, with a tokenizer of a few dozen merged pieces.

    python tests/training/tiny_decoder.py FOLDER

writes it as the server reads it: tests/router/neural/fixtures holds one, so that those tests need no torch.
"""

import sys
from pathlib import Path

from beast_lsp.engine.manifest import write_manifest
from beast_lsp.engine.subwords import Subwords

MERGED = [b"re", b"tu", b"rn", b"retu", b"return", b" x", b" =", b"se", b"lf", b"self", b"de", b"def", b"in", b" in"]


def write_tokenizer(path):
    Subwords(MERGED).save(path)
    return Subwords.load(path)


def write_tiny(path, ids, seed=1):
    """Random weights of the tiny size in a weights file; returns them as a torch model, rounded as the file is."""
    import torch

    from beast_lsp.training.completion.decoder import SIZES, Decoder
    from beast_lsp.training.completion.weights import write_weights

    torch.manual_seed(seed)
    model = Decoder(SIZES["tiny"], ids)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter * (4 if parameter is model.embedding else 1)).half().float())
    write_weights(path, {name: value.numpy() for name, value in model.state_dict().items()}, "tiny", 1_000, 10)
    return model


def main():
    from beast_lsp.training.completion.export import export

    folder = Path(sys.argv[1])
    subwords = write_tokenizer(folder / "completion.tokenizer.json")
    weights = folder / "weights.npz"
    write_tiny(weights, len(subwords))
    export(weights, folder / "completion.tokenizer.json", folder)
    weights.unlink()
    write_manifest(folder)


if __name__ == "__main__":
    main()
