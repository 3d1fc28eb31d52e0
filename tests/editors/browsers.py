"""A Chromium without a window, driven over its own protocol, for the editor that is a web page."""

import contextlib
import itertools
import json
import subprocess
import time

# Nothing but the machine itself can be reached, and nothing is asked of anybody.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1200,800",
    "--remote-debugging-port=0",
)
# Of keys that write nothing: their code, and the number by which a page knows them.
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36, "ArrowLeft": 37, "F1": 112, "F2": 113}
_CONTROL = 2


class Browser:
    """One page in a browser of its own; `folder` takes its profile."""

    def __init__(self, program, folder, url):
        from websockets.sync.client import connect

        words = [program, *_FLAGS, f"--user-data-dir={folder}", url]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._numbers = itertools.count(1)
        self._open = contextlib.ExitStack()
        try:
            address = self._address(folder / "DevToolsActivePort")
            self._socket = self._open.enter_context(connect(address, max_size=None, open_timeout=60))
            pages = [each for each in self._send("Target.getTargets")["targetInfos"] if each["type"] == "page"]
            attach = {"targetId": pages[0]["targetId"], "flatten": True}
            self._session = self._send("Target.attachToTarget", attach)["sessionId"]
        except BaseException:
            self.close()
            raise

    def evaluate(self, expression):
        """The value of a JavaScript expression in the page."""
        params = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self._send("Runtime.evaluate", params, self._session)
        return answer["result"].get("value")

    def texts(self, selector):
        """The texts of the elements that a CSS selector finds, with plain blanks."""
        find = f"[...document.querySelectorAll({json.dumps(selector)})].map(each => each.textContent)"
        return [text.replace("\xa0", " ") for text in self.evaluate(find) or []]

    def type(self, text):
        """Types characters one by one, as keys."""
        for character in text:
            if character == "\n":
                self.press("Enter", text="\r")
            elif character.isascii():
                self._key(character, {"key": character, "text": character})
            else:
                self._send("Input.insertText", {"text": character}, self._session)

    def press(self, name, *, control=False, text=""):
        """Presses a named key, or a letter with Control."""
        number = _KEYS.get(name) or ord(name.upper())
        code = name if name in _KEYS else f"Key{name.upper()}"
        modifiers = _CONTROL if control else 0
        key = {"key": name, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        self._key(name, {**key, "text": text} if text else key)

    def click(self, selector):
        """Clicks the middle of the first element that a CSS selector finds."""
        middle = "const box = found.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]"
        x, y = self.evaluate(f"(found => {{ {middle} }})(document.querySelector({json.dumps(selector)}))")
        for kind in ("mousePressed", "mouseReleased"):
            event = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            self._send("Input.dispatchMouseEvent", event, self._session)

    def close(self):
        self._open.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _key(self, name, key):
        down = "keyDown" if "text" in key else "rawKeyDown"
        self._send("Input.dispatchKeyEvent", {"type": down, **key}, self._session)
        self._send("Input.dispatchKeyEvent", {"type": "keyUp", **key, "text": ""}, self._session)

    def _address(self, announced):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            lines = announced.read_text("utf-8").splitlines() if announced.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.05)
        raise AssertionError("the browser did not start")

    def _send(self, method, params=None, session=None):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params or {}}
        self._socket.send(json.dumps({**message, "sessionId": session} if session else message))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
