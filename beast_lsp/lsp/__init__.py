"""The language server protocol: the only place that knows LSP types."""
