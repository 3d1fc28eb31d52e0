"""The stages that make the fix-risk models: mine, prepare, train, evaluate, compare, export, card."""
