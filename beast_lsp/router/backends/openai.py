"""An endpoint of the owner's that speaks OpenAI's `/completions`: llama.cpp, vLLM, Ollama, or a rented one.

It goes on at a cursor, proposes tests for a module, which then have to pass what every test has to, says in words what
code does, or what its docstring could say, of which what the facts contradict is left out.

A request leaves only with a consent for the document's folder, never from a secret file, and after every
secret was cut out of what is sent. Error texts name the endpoint and say what it did; they hold no code.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from beast_lsp.engine.document import Position
from beast_lsp.engine.secrets import is_secret_file, redact_parts
from beast_lsp.errors import ConsentError, EndpointError
from beast_lsp.router.endpoints import Endpoint, Endpoints
from beast_lsp.router.task import Answer, Candidate, Egress, Request, Task

if TYPE_CHECKING:
    import httpx

_BEFORE, _AFTER = 6_000, 2_000  # Characters sent from before and after the cursor.
_MARGIN = 8_000  # Read besides, so that a secret which the window cuts in two is still known as one.
_MOST_BYTES = 1_000_000
_MOST_TEXT = 4_000
_TOKENS, _TOKENS_OF_LINE = 256, 64
_MODULE = 20_000  # characters sent of a module that tests are proposed for.
_TESTS_TOKENS, _MOST_TESTS = 2_000, 20_000
_TESTS_SECONDS = 12.0  # The recorder works meanwhile: nobody waits for it longer than for that.
_TESTS_START = "def test_"
_ABOUT = 12_000  # characters sent of facts and code that are to be put into words.
_WORDS_SECONDS = 15.0
_WORDS_START = "In one paragraph, for a colleague who has never seen it: "
_DOCS_SECONDS = 8.0  # The editor waits for the edit meanwhile; Helix gives up after 20.
_DOCS_START = "summary: "
_DOCS_ASKED = (
    "What would a colleague say of this function? One line for its summary, beginning with a verb, then one for each "
    "parameter, as `name: text`. Plain words; nothing of types, defaults or errors."
)
_UNKNOWN = 0.5  # An endpoint doesn't say how likely its answer is to be kept.


class OpenAIBackend:
    """One endpoint as a backend. `transport` replaces the network in tests.

    The library and the key are loaded, in a thread, when the first request comes.
    """

    tasks = frozenset({Task.INLINE, Task.TESTS, Task.EXPLAIN, Task.DOCS})
    expected_ms = 500.0
    cost = 0.0

    def __init__(
        self, endpoint: Endpoint, endpoints: Endpoints, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.name = endpoint.name
        self.egress = Egress.MACHINE if endpoint.is_local else Egress.NETWORK
        self._endpoint, self._endpoints, self._transport = endpoint, endpoints, transport
        self._client: httpx.AsyncClient | None = None
        self._connecting = asyncio.Lock()

    async def answer(self, request: Request) -> Answer:
        """The endpoint's one candidate. What came whole before the deadline counts.

        Raises ConsentError where the owner hasn't allowed it, and EndpointError where the endpoint fails.
        """
        self._check_consent(request)
        is_tests = request.task is Task.TESTS
        prompt = await asyncio.to_thread(_PROMPTS.get(request.task, _prompt), request)
        client = await self._connected()
        reply = Reply(lines=request.multiline, most=_MOST_TESTS if is_tests else _MOST_TEXT)
        seconds = max(self._endpoint.deadline_ms / 1000, _SECONDS.get(request.task, 0.0))
        try:
            async with asyncio.timeout(seconds):
                await self._post(client, self._body(request, prompt), reply)
        except TimeoutError:
            if not reply.whole_lines:
                raise self._error(f"did not answer within {seconds * 1000:.0f} ms.") from None
        text = reply.text if reply.ended else reply.whole_lines
        text = _TESTS_START + text if is_tests and text.strip() else text
        text = text.strip().partition("\n\n")[0] if request.task in {Task.EXPLAIN, Task.DOCS} else text
        text = _DOCS_START + text if request.task is Task.DOCS and text.strip() else text
        return Answer(self.name, (Candidate(text, _UNKNOWN, self.name),) if text.strip() else ())

    async def close(self) -> None:
        """Closes the connections."""
        client, self._client = self._client, None
        if client:
            await client.aclose()

    def _check_consent(self, request: Request) -> None:
        document = request.document
        if self._endpoint not in self._endpoints.allowed(document.folder):
            raise ConsentError(
                f"The endpoint {self.name} may not see this folder.", hint="Add a [[consent]] to your settings file."
            )
        if document.path is None or is_secret_file(document.path):
            raise ConsentError("Secret and unsaved files are never sent.")

    async def _connected(self) -> httpx.AsyncClient:
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(self._connect)
            return self._client

    def _connect(self) -> httpx.AsyncClient:
        import httpx  # noqa: PLC0415 - who has no endpoint doesn't load it.

        key = self._endpoint.key()
        if key and not (key.isascii() and key.isprintable()):
            raise self._error("has a key with characters that no key has.")
        headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})}
        seconds = self._endpoint.deadline_ms / 1000
        # A proxy would carry what is meant for this machine out of it.
        return httpx.AsyncClient(
            headers=headers, transport=self._transport, trust_env=not self._endpoint.is_local, timeout=seconds
        )

    def _body(self, request: Request, prompt: tuple[str, str]) -> dict[str, Any]:
        before, after = prompt
        tokens = _TESTS_TOKENS if request.task is Task.TESTS else _TOKENS if request.multiline else _TOKENS_OF_LINE
        return {
            **({"model": self._endpoint.model} if self._endpoint.model else {}),
            "prompt": before,
            **({"suffix": after} if request.task is Task.INLINE else {}),
            "max_tokens": tokens,
            "temperature": 0,
            "stream": True,
        }

    async def _post(self, client: httpx.AsyncClient, body: dict[str, Any], reply: Reply) -> None:
        import httpx  # noqa: PLC0415 - loaded by `_connect`.

        try:
            async with client.stream("POST", f"{self._endpoint.url}/completions", json=body) as response:
                if response.status_code != HTTPStatus.OK:
                    raise self._refused(response.status_code)
                async for data in response.aiter_bytes():
                    if reply.feed(data):
                        return
            reply.end()
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise self._error(f"cannot be reached ({type(error).__name__}).") from error
        except ValueError as error:
            raise self._error("gave an answer that is no completion.") from error

    def _refused(self, status: int) -> EndpointError:
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return self._error(f"refused the key ({status}).", hint="Check key_env or the keyring.")
        return self._error(f"answered with status {status}.", hint="Check its url and model.")

    def _error(self, what: str, hint: str = "") -> EndpointError:
        return EndpointError(f"The endpoint {self.name} {what}", hint=hint)


class Reply:
    """Reads the bytes of an answer: a stream of events, or one JSON object from a server that doesn't stream.

    Raises ValueError where the bytes are neither, or too many. Without `lines` the first line is enough; `most` is how
    many characters are.
    """

    def __init__(self, *, lines: bool, most: int = _MOST_TEXT) -> None:
        self.text = ""
        self.ended = False
        self._lines = lines
        self._most = most
        self._rest = b""
        self._size = 0
        self._is_stream: bool | None = None

    @property
    def whole_lines(self) -> str:
        """The text up to its last line end; empty where not one line is whole."""
        return self.text[: self.text.rfind("\n") + 1]

    def feed(self, data: bytes) -> bool:
        """Reads on; whether there is enough, so that the connection can be closed."""
        self._size += len(data)
        if self._size > _MOST_BYTES:
            raise ValueError("the answer is too large")
        self._rest += data
        if self._is_stream is None and self._rest.lstrip():
            self._is_stream = not self._rest.lstrip().startswith(b"{")
        while self._is_stream and not self.ended and b"\n" in self._rest:
            line, _, self._rest = self._rest.partition(b"\n")
            self._read_line(line.strip())
        return self.ended

    def end(self) -> None:
        """The connection was closed: what is left is the last line, or the whole object."""
        if not self.ended and self._is_stream:
            self._read_line(self._rest.strip())
        elif not self.ended:
            self._add(self._rest)
        self.ended = True

    def _read_line(self, line: bytes) -> None:
        if line in {b"data: [DONE]", b"data:[DONE]"}:
            self.ended = True
        elif line.startswith(b"data:"):
            self._add(line[5:])
        elif line and not line.startswith((b":", b"event:", b"id:", b"retry:")):
            raise ValueError("not an event stream")

    def _add(self, data: bytes) -> None:
        try:
            message = json.loads(data)
            choices = message["choices"]
            piece = choices[0]["text"] if choices else ""
        except (KeyError, TypeError, IndexError, RecursionError) as error:
            raise ValueError("not a completion") from error
        if not isinstance(piece, str):
            raise ValueError("not a completion")
        self.text = (self.text + piece)[: self._most]
        is_enough = not self._lines and "\n" in self.text.lstrip("\n")
        self.ended = is_enough or len(self.text) == self._most


def _prompt(request: Request) -> tuple[str, str]:
    """What is sent: the text before and after the cursor, without secrets, cut at line ends."""
    document, position = request.document, request.position
    before, after = redact_parts(
        document.before(position, _BEFORE + _MARGIN), document.after(position, _AFTER + _MARGIN)
    )
    if len(before) > _BEFORE:
        before = before[-_BEFORE:]
        before = before[before.find("\n") + 1 :]
    if len(after) > _AFTER:
        after = after[: after.rfind("\n", 0, _AFTER) + 1]
    return _whole(before), _whole(after)


def _tests_prompt(request: Request) -> tuple[str, str]:
    """What is sent to have tests proposed: the module's text without secrets, and how a test begins."""
    document, wanted = request.document, request.tests
    text = redact_parts(document.text[: _MODULE + _MARGIN])[0][:_MODULE]
    about = ", ".join(wanted.names) if wanted and wanted.names else "the module above"
    name = document.path.stem if document.path is not None else "module"
    framework = wanted.framework if wanted and wanted.framework else "pytest"
    asked = f"# test_{name}.py: {framework} functions for {about}. One behaviour a test; assert exact values."
    return f"{_whole(text)}\n\n\n{asked}\n{_TESTS_START}", ""


def _words_prompt(request: Request) -> tuple[str, str]:
    """What is sent to have code explained: its facts and its text, without secrets."""
    text = redact_parts(request.about[: _ABOUT + _MARGIN])[0][:_ABOUT]
    return f"{_whole(text)}\n\n---\n\n{_WORDS_START}", ""


def _docs_prompt(request: Request) -> tuple[str, str]:
    """What is sent to have a docstring said better: the function from its head on and ours, without secrets."""
    code = request.document.after(Position(request.position.line, 0), _ABOUT + _MARGIN)
    code, ours = redact_parts(code, request.about[: _ABOUT + _MARGIN])
    return f"{_whole(code[:_ABOUT])}\n\n---\n\n{_whole(ours[:_ABOUT])}\n\n{_DOCS_ASKED}\n\n{_DOCS_START}", ""


def _whole(text: str) -> str:
    """The text without half a character, as a client may send it: that has no bytes."""
    return text.encode(errors="replace").decode()


_PROMPTS = {Task.TESTS: _tests_prompt, Task.EXPLAIN: _words_prompt, Task.DOCS: _docs_prompt}
_SECONDS = {Task.TESTS: _TESTS_SECONDS, Task.EXPLAIN: _WORDS_SECONDS, Task.DOCS: _DOCS_SECONDS}
