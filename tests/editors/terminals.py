"""A screen for an editor that needs one, through a private tmux server."""

import os
import shlex
import subprocess


class Terminal:
    """A program on a screen of its own: keys go in, its text comes out. `folder` holds tmux's socket."""

    def __init__(self, tmux, folder, words, environment, cwd):
        self._words = [tmux, "-S", str(folder / "tmux")]
        self._environment = {**os.environ, **environment, "LANG": "C.UTF-8"}
        # tmux gives its own environment to the program, but a shell between them may change it again.
        settings = [f"{name}={value}" for name, value in environment.items()]
        command = shlex.join(["env", *settings, *words])
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", "110", "-y", "40", "-c", str(cwd), command)

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def press(self, *names):
        """Presses keys by tmux's names: Escape, Tab, Enter, C-x."""
        self._tmux("send-keys", *names)

    def screen(self):
        return self._tmux("capture-pane", "-p")

    def close(self):
        self._tmux("kill-server")

    def _tmux(self, *words):
        run = subprocess.run([*self._words, *words], check=False, capture_output=True, env=self._environment)
        return run.stdout.decode("utf-8", "replace")
