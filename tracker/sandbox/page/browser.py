"""Opens the page in the person's browser, where there is one that has a window of its own."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser


def has_browser() -> bool:
    """Whether a browser would open in its own window; one that would take over the terminal is none."""
    if "BROWSER" in os.environ:
        return True
    if sys.platform.startswith(("linux", "freebsd")) and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return False
    try:
        return type(webbrowser.get()) is not webbrowser.GenericBrowser  # which is what runs lynx, links and w3m
    except webbrowser.Error:
        return False


def open_browser(address: str) -> None:
    """Ask for a new tab and wait for nothing: a browser that was not running yet may only return when it is closed."""
    threading.Thread(target=webbrowser.open_new_tab, args=(address,), daemon=True).start()
