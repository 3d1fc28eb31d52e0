"""Makes the completion model: collect, tokenizer, pack, train, evaluate, export, each a command of its own."""
