"""Pages of a real Chromium without a window, used as a person would: by names, with mouse and keyboard.

The browser is driven over its DevTools protocol, which needs nothing but a websocket:
https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

NAMES = ("chromium", "chromium-browser", "google-chrome")
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 60.0
_ANSWER_SECONDS = PATIENCE_SECONDS + 30.0
"""More than the page itself waits for anything."""
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync", "--remote-debugging-port=0", "--hide-scrollbars"),
    # No page is in front of another: all go on at their pace.
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding"),
    "--disable-backgrounding-occluded-windows",
    # No process is kept ready for a page that nobody opens.
    "--disable-features=SpareRendererForSitePerProcess",
)
_KEYS = {"Enter": ("\r", 13), "Tab": ("", 9), "Escape": ("", 27), "ArrowDown": ("", 40), "ArrowUp": ("", 38)} | {
    "ArrowLeft": ("", 37),
    "ArrowRight": ("", 39),
    "Home": ("", 36),
    " ": (" ", 32),
}
_SHIFT = 8
_REDRAWN = 3


def installed() -> str | None:
    """Where the browser is, or None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def running(profile: Path) -> Iterator[str]:
    """A browser with a new profile; the address of its DevTools."""
    browser = installed()
    assert browser is not None
    nothing = subprocess.DEVNULL
    arguments = [browser, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(arguments, stdin=nothing, stdout=nothing, stderr=nothing) as process:  # noqa: S603
        try:
            port_file = profile / "DevToolsActivePort"
            end = time.monotonic() + PATIENCE_SECONDS
            while not port_file.exists() or "\n" not in port_file.read_text(encoding="utf-8"):
                assert time.monotonic() < end, "the browser does not start"
                time.sleep(LOOK_SECONDS)
            port, path = port_file.read_text(encoding="utf-8").splitlines()
            yield f"ws://127.0.0.1:{port}{path}"
        finally:
            process.kill()


class _DetachedError(Exception):
    """What was found was drawn anew before it was used."""


class Page:
    """A page of a browser, blank at first: one that nobody uses any more, or else a new one, which takes longer.

    `requests` is every address it asked for, `errors` what went wrong in it.
    """

    def __init__(self, devtools: str) -> None:
        self._devtools = devtools
        self._exit = AsyncExitStack()
        self._socket: ClientWebSocketResponse
        self._session = ""
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[str] = []
        self.errors: list[str] = []

    async def __aenter__(self) -> Self:
        session = await self._exit.enter_async_context(ClientSession())
        self._socket = await self._exit.enter_async_context(session.ws_connect(self._devtools, max_msg_size=0))
        await self._exit.enter_async_context(_meanwhile(self._read()))
        attached = await self.send("Target.attachToTarget", targetId=await self._target(), flatten=True)
        self._session = attached["sessionId"]
        self._exit.push_async_callback(self.open, "about:blank")
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            await self.send(f"{domain}.enable")
        await self.look(1280)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.__aexit__(kind, error, trace)

    async def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command of the protocol; its result."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json(message)
        async with asyncio.timeout(_ANSWER_SECONDS):
            result = await answer
        if "detached" in str(result.get("error")):
            raise _DetachedError
        assert "error" not in result, f"{method}: {result['error']}"
        return dict(result["result"])

    # -- looking

    async def open(self, address: str) -> None:
        """Go to an address."""
        await self.send("Page.navigate", url=address)
        await self.until("document.readyState === 'complete'")

    async def look(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Give the window a width in pixels, and the person a taste: never one for movement, which costs a lot."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        features = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        tastes = [{"name": name, "value": value} for name, value in features.items()]
        await self.send("Emulation.setEmulatedMedia", features=tastes)

    async def value(self, expression: str) -> Any:  # noqa: ANN401 - whatever JSON the page makes of it
        """What an expression is in the page, promises awaited."""
        result = await self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def until(self, expression: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until an expression is true in the page, which looks by itself: to ask it each time takes far longer."""
        became_true = await self.value(f"""(async () => {{
            const end = performance.now() + {1000 * seconds};
            while (!({expression})) {{
                if (performance.now() > end) return false;
                await new Promise((resolve) => setTimeout(resolve, {1000 * LOOK_SECONDS}));
            }}
            return true;
        }})()""")
        if not became_true:
            text = await self.value("document.body.innerText")
            raise AssertionError(f"not within {seconds} s: {expression}\n{text}")

    # -- doing

    async def click(self, role: str, name: str) -> None:
        """Click what a screen reader would call by this role and name."""
        for _ in range(_REDRAWN):
            with contextlib.suppress(_DetachedError):
                return await self._click(backendNodeId=await self._find(role, name))
        raise AssertionError(f"{role} {name} is drawn anew all the time")

    async def click_at(self, selector: str) -> None:
        """Click what a CSS selector finds, such as a cell that is known by its place."""
        root = (await self.send("DOM.getDocument", depth=0))["root"]["nodeId"]
        found = await self.send("DOM.querySelector", nodeId=root, selector=selector)
        assert found["nodeId"], f"there is no {selector}"
        await self._click(nodeId=found["nodeId"])

    async def _click(self, **node: int) -> None:
        at = await self._place_at_rest(**node)
        for kind in ("mousePressed", "mouseReleased"):
            await self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    async def _place_at_rest(self, **node: int) -> dict[str, float]:
        """Where its middle is, once that stays from one frame to the next: the page scrolls, and grows above it."""
        before: dict[str, float] = {}
        while True:
            await self.send("DOM.scrollIntoViewIfNeeded", **node)
            quads = await self.send("DOM.getContentQuads", **node)
            x1, y1, _, _, x2, y2, *_ = quads["quads"][0]
            at = {"x": (x1 + x2) / 2, "y": (y1 + y2) / 2}
            if at == before:
                return at
            before = at
            await self.value("new Promise((drawn) => requestAnimationFrame(() => drawn(true)))")

    async def fill(self, role: str, name: str, text: str) -> None:
        """Click a field and type into it, over what is there."""
        await self.click(role, name)
        await self.value("document.activeElement.select()")
        await self.type(text)

    async def choose(self, name: str, option: str) -> None:
        """Choose an option of a select, by a part of its text."""
        node = await self._find("combobox", name)
        found = await self.send("DOM.resolveNode", backendNodeId=node)
        chosen = await self.send(
            "Runtime.callFunctionOn",
            objectId=found["object"]["objectId"],
            functionDeclaration="""function (text) {
                const option = [...this.options].find((each) => each.text.includes(text));
                if (!option) return false;
                this.value = option.value;
                this.dispatchEvent(new Event("change", {bubbles: true}));
                return true;
            }""",
            arguments=[{"value": option}],
            returnByValue=True,
        )
        assert chosen["result"]["value"], f"{name} has no option {option}"

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.send("Input.insertText", text=text)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, named as in `KeyboardEvent.key`; `Shift+Tab` goes back."""
        for pressed in keys:
            shift, _, key = pressed.rpartition("+") if len(pressed) > 1 else ("", "", pressed)
            text, code = _KEYS.get(key, (key, ord(key[0].upper())))
            press: dict[str, object] = {"key": key, "windowsVirtualKeyCode": code, "modifiers": _SHIFT if shift else 0}
            if text:
                press["text"] = text
            await self.send("Input.dispatchKeyEvent", type="keyDown", **press)
            await self.send("Input.dispatchKeyEvent", type="keyUp", **press)

    async def _find(self, role: str, name: str) -> int:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            root = (await self.send("DOM.getDocument", depth=0))["root"]["nodeId"]
            found = await self.send("Accessibility.queryAXTree", nodeId=root, role=role, accessibleName=name)
            nodes = [node["backendDOMNodeId"] for node in found["nodes"] if not node["ignored"]]
            if nodes:
                return int(nodes[0])
            await asyncio.sleep(LOOK_SECONDS)
        raise AssertionError(f"there is no {role} {name}")

    # -- how it is done

    async def _target(self) -> str:
        """A page that nobody uses."""
        targets = (await self.send("Target.getTargets"))["targetInfos"]
        for target in targets:
            if target["type"] == "page" and not target["attached"]:
                return str(target["targetId"])
        return str((await self.send("Target.createTarget", url="about:blank", newWindow=True))["targetId"])

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self._take(json.loads(message.data))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            answer = self._answers.pop(message["id"])
            if not answer.done():
                answer.set_result(message)
            return
        details = message["params"]
        match message["method"]:
            case "Network.requestWillBeSent":
                self.requests.append(details["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(details["url"])
            case "Runtime.exceptionThrown":
                self.errors.append(json.dumps(details["exceptionDetails"]))
            case "Log.entryAdded" if details["entry"]["level"] in ("error", "warning"):
                self.errors.append(json.dumps(details["entry"]))
            case _:
                pass


@asynccontextmanager
async def _meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
