"""Chromium without a window, driven over its debugging pipe: pages from files, what they log, what they ask for."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE = 60.0
"""Seconds until a page that does not load fails the test."""


class Browser:
    """One tab. `events` are all that Chromium told so far."""

    def __init__(self, writes: int, reads: int) -> None:
        self._writes, self._reads = writes, os.fdopen(reads, "rb")
        self._number, self._session = 0, ""
        self.events: list[dict[str, Any]] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        tab = next(t["targetId"] for t in targets if t["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        """Send a command and wait for its result."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._writes, json.dumps(command).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def _message(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._reads.read(1)) != b"\0":
            assert byte, "Chromium is gone"
            data += byte
        found = json.loads(data)
        assert isinstance(found, dict)
        return found

    def open(self, page: Path, fragment: str = "") -> None:
        """Load a page anew."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=page.as_uri() + fragment)
        end = time.monotonic() + _PATIENCE
        while self.js("location.protocol + document.readyState") != "file:complete":
            assert time.monotonic() < end, "the page does not load"

    def js(self, expression: str) -> Any:
        """The value of an expression in the page."""
        out = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in out, out["exceptionDetails"]
        return out["result"].get("value")

    def press(self, key: str) -> None:
        """A key, as a person presses it."""
        codes = {"Enter": 13, "Escape": 27, "Tab": 9}
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        more = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=codes.get(key, ord(key[0].upper())),
                  **more)  # fmt: skip
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def picture(self, dark: bool = False, width: int = 1280, height: int = 900, media: str = "") -> bytes:
        """The window as PNG."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def complaints(self) -> list[Any]:
        """What went to the console, exceptions and refused loads included."""
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [e["params"] for e in self.events if e.get("method") in kinds]

    def requests(self) -> set[str]:
        """All addresses that the page asked for."""
        return {e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"}


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium with a new profile, ended afterwards."""
    down, reads = os.pipe()
    answers, up = os.pipe()
    profile = tempfile.mkdtemp(prefix="v2migrate-chromium-")
    # The debugging pipe is file 3 (commands) and 4 (answers).
    script = f'exec 3<&{down} 4>&{up}; exec chromium "$@"'
    process = subprocess.Popen(
        ("bash", "-c", script, "chromium", *FLAGS, f"--user-data-dir={profile}", "about:blank"),
        pass_fds=(down, up), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(down)
    os.close(up)
    try:
        yield Browser(reads, answers)
    finally:
        process.terminate()
        process.wait(timeout=20)
        os.close(reads)
        shutil.rmtree(profile, ignore_errors=True)
