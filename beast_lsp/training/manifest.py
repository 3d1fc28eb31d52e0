"""Lists the model files that ship, with their sizes and hashes. Run it when one of them has changed.

python -m beast_lsp.training.manifest models
"""

import argparse
from pathlib import Path

from beast_lsp.engine.manifest import manifest, write_manifest


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    write_manifest(folder)
    for name, entry in manifest(folder).items():
        print(f"{name}: {entry['bytes']:,} bytes")


if __name__ == "__main__":
    main()
