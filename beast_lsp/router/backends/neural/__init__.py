"""The completion model: a small decoder in onnxruntime that knows the languages. It needs no network and no GPU."""
