"""An endpoint says a docstring better, over a real connection: its lines pass the facts, or ours stand."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from router_fakes import endpoints

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.router.backends.documentation import DocumentationBackend
from beast_lsp.router.backends.refactoring import RefactoringBackend
from beast_lsp.router.endpoints import Endpoints
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.router import Router
from beast_lsp.router.task import Request, Task, Wanted

KEY = "ghp_" + "a1B2c3D4" * 4 + "e5F6"
CODE = f'def total(prices, tax=0.2):\n    key = "{KEY}"\n    return sum(prices) * tax\n'
WORDS = " Return what a cart costs.\nprices: What each thing costs.\ntax: Raises KeyError.\ngone: Nothing.\n\nAnd more."


class Server:
    """Answers with `words`, or with a failure where they are None."""

    def __init__(self) -> None:
        self.words: str | None = WORDS
        self.prompts: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body: Any = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.prompts.append(body["prompt"])
                self.send_response(200 if server.words is not None else 500)
                self.end_headers()
                self.wfile.write(json.dumps({"choices": [{"text": server.words}]}).encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture(autouse=True)
def _as_before(server: Server) -> None:
    server.words = WORDS
    server.prompts.clear()


async def documented(folder: Path, named: Endpoints, path: str = "a.py", **wanted: Any) -> str:
    document = Document((folder / path).as_uri(), "python", 1, split_lines(CODE), folder / path, folder)
    (folder / path).write_text(CODE)
    snapshot, lanes = Snapshot(documents={document.uri: document}, folders=(folder,)), Lanes()
    refactorings = RefactoringBackend(lanes)
    router = Router([refactorings, DocumentationBackend(lanes, refactorings)], named)
    place = Position(0, 5)
    order = Wanted(place, **{"name": "document-function", **wanted})
    try:
        offers = (await router.ask(Request(Task.DOCS, snapshot, document, place, wanted=order))).offers
    finally:
        await router.close()
        lanes.close()
    plan = offers[0].plan if offers else None
    return plan.after[path] if plan is not None else ""


async def test_what_passes_is_taken_and_no_secret_is_sent(server: Server, tmp_path: Path) -> None:
    text = await documented(tmp_path, endpoints(server.url, folder=tmp_path))
    assert '    """Return what a cart costs.\n' in text
    assert "What each thing costs." in text
    assert "KeyError" not in text
    assert "Defaults to `0.2`" in text
    [prompt] = server.prompts
    assert "def total(prices" in prompt
    assert "Return the total." in prompt
    assert KEY not in prompt


async def test_ours_stand_where_the_endpoint_fails(server: Server, tmp_path: Path) -> None:
    server.words = None
    assert '"""Return the total.\n' in await documented(tmp_path, endpoints(server.url, folder=tmp_path))
    assert len(server.prompts) == 1


async def test_nobody_is_asked_without_consent_for_a_menu_or_an_example(server: Server, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    elsewhere = endpoints(server.url, folder=tmp_path / "elsewhere")
    assert "Return the total." in await documented(tmp_path, elsewhere)
    assert "Return the total." in await documented(tmp_path, Endpoints())
    consented = endpoints(server.url, folder=tmp_path)
    assert await documented(tmp_path, consented, name=None) == ""
    assert ">>> total([1])" in await documented(tmp_path, consented, example=">>> total([1])\n0.2")
    assert server.prompts == []
