"""A process that serves spreadsheets with backlot, started by `judge.py` as a script: it imports nothing of ours.

    python serve_backlot.py < RECORDS

It reads one line, the records to serve as a JSON list, and writes one line, `{"address": …, "key": …}`: where it
listens on loopback, and a service account's key that signs in there. It ends when its standard input does, so it
outlives nobody. In the folder it is started in backlot keeps its database.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

# Read by backlot as it is imported: it sends usage counts home unless it is set not to.
os.environ |= {"BACKLOT_TELEMETRY": "0", "DO_NOT_TRACK": "1", "BACKLOT_DATA_DIR": str(Path.cwd())}

import uvicorn
from backlot.config import get_settings
from backlot.importer import byo
from backlot.main import app
from backlot.oauth import Oauth

Scope = MutableMapping[str, Any]
Channel = Callable[..., Awaitable[Any]]


async def google(scope: Scope, receive: Channel, send: Channel) -> None:
    """Backlot with the Sheets API where Google has it: at the root of the host, not below `/sheets`."""
    if scope["type"] == "http" and scope["path"].startswith("/v4/"):
        paths = {"path": "/sheets" + scope["path"], "raw_path": b"/sheets" + scope["raw_path"]}
        scope = {**scope, **paths}
    await app(scope, receive, send)


def end_with_standard_input() -> None:
    """Stop as soon as whoever started this process closed its standard input, or is gone."""
    while os.read(0, 1):
        pass
    signal.raise_signal(signal.SIGTERM)


records = json.loads(sys.stdin.buffer.readline())
byo.load_records(lambda: iter(enumerate(records, 1)))
listener = socket.create_server(("127.0.0.1", 0))
address = f"http://127.0.0.1:{listener.getsockname()[1]}"
credentials = Oauth.load(get_settings().credentials_path)
answer = {"address": address, "key": credentials.service_account_json(f"{address}/oauth2/token")}
sys.stdout.write(json.dumps(answer) + "\n")
sys.stdout.flush()
threading.Thread(target=end_with_standard_input, daemon=True).start()
uvicorn.Server(uvicorn.Config(google, log_level="warning")).run(sockets=[listener])
