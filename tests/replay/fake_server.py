"""A tiny language server that knows the truth: it suggests the rest of the line from the files in a folder.

`python fake_server.py TRUTH [option…]`: `silent` suggests nothing, `wrong` something else, `shy` only to who
asks, `list` answers only ordinary completion, `noisy` prints between its messages, `dies` ends at the first request
after initialize.
"""

import re
import sys
from pathlib import Path, PurePosixPath

from beast_lsp.engine.document import Position, replace_range, split_lines
from beast_lsp.lsp.framing import frame, read_message

TRUTH, OPTIONS = Path(sys.argv[1]), sys.argv[2:]
PROFILE = {
    "python": {
        "settings": {
            "indentation": {"value": "4 spaces", "confidence": 1.0, "evidence": "9 of 9 lines"},
            "quotes": {"value": "double", "confidence": 0.5, "evidence": "1 of 2"},
        }
    }
}
documents: dict[str, list[str]] = {}


def send(message):
    sys.stdout.buffer.write(frame({"jsonrpc": "2.0", **message}))
    sys.stdout.buffer.flush()


def initialize(params):
    return {
        "capabilities": {
            "positionEncoding": "utf-16",
            "inlineCompletionProvider": {},
            "executeCommandProvider": {"commands": ["beast.accept", "beast.status"]},
        }
    }


def rest_of_line(params):
    lines, place = documents[params["textDocument"]["uri"]], params["position"]
    before = "".join(lines[: place["line"]]) + utf16_prefix(lines[place["line"]], place["character"])
    truth = (TRUTH / PurePosixPath(params["textDocument"]["uri"]).name).read_text()
    return truth[len(before) :].partition("\n")[0] if truth.startswith(before) else ""


def utf16_prefix(line, units):
    return line.encode("utf-16-le")[: 2 * units].decode("utf-16-le")


def inline(params):
    text = "wrong!" if "wrong" in OPTIONS else rest_of_line(params)
    if not text or "silent" in OPTIONS or ("shy" in OPTIONS and params["context"]["triggerKind"] != 1):
        return {"items": []}
    place = params["position"]
    command = {"title": "", "command": "beast.accept", "arguments": ["1"]}
    return {"items": [{"insertText": text, "range": {"start": place, "end": place}, "command": command}]}


def complete(params):
    place = params["position"]
    line = documents[params["textDocument"]["uri"]][place["line"]]
    word = re.search(r"\w*$", line[: place["character"]]).group()
    items = [{"label": "Vast", "sortText": "c"}, {"label": "very", "sortText": "a"}]
    return [*items, {"label": word + rest_of_line(params), "sortText": "b"}]


def execute(params):
    if params["command"] == "beast.status":
        return {"ready": True, "parts": {"model": "ready"}, "index": [{"finished": True}]}
    if params["command"] == "beast.showStyleProfile":
        return {"profile": PROFILE}
    accepted.append(params["arguments"])
    return {"accepted": len(accepted)}


accepted: list[list[str]] = []
REQUESTS = {
    "initialize": initialize,
    "shutdown": lambda params: None,
    "textDocument/inlineCompletion": inline,
    "textDocument/completion": complete,
    "workspace/executeCommand": execute,
}


def notified(method, params):
    if method == "textDocument/didOpen":
        documents[params["textDocument"]["uri"]] = split_lines(params["textDocument"]["text"])
    elif method == "textDocument/didChange":
        uri = params["textDocument"]["uri"]
        for change in params["contentChanges"]:
            ends = [
                Position(p["line"], len(utf16_prefix(documents[uri][p["line"]], p["character"])))
                for p in (change["range"]["start"], change["range"]["end"])
            ]
            documents[uri] = replace_range(documents[uri], *ends, change["text"])
    elif method == "initialized":
        send({"id": 1, "method": "workspace/configuration", "params": {"items": [{"section": "beast"}]}})
    elif method == "exit":
        sys.exit(0)


while (message := read_message(sys.stdin.buffer)) is not None:
    if "noisy" in OPTIONS:
        sys.stdout.buffer.write(b"Content-Length: 5\r\n\r\nnoise")
    if "method" not in message:
        continue
    if "id" not in message:
        notified(message["method"], message["params"])
    elif "dies" in OPTIONS and message["method"] != "initialize":
        sys.exit("the fake server dies")
    elif message["method"] in REQUESTS:
        send({"id": message["id"], "result": REQUESTS[message["method"]](message["params"])})
    else:
        send({"id": message["id"], "error": {"code": -32601, "message": f"no {message['method']}"}})
