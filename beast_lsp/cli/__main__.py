"""`python -m beast_lsp.cli` is the console script."""

from beast_lsp.cli import main

if __name__ == "__main__":
    main()
