"""Broken set-ups: a whole desk of which a test breaks one thing, and what the doctor and the bot say about it.

Both commands run in this process through their own `main`, over real sockets: the local services live in a thread.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.keys import private_key
from tracker import __main__ as bot
from tracker import doctor
from tracker.sandbox.desk import LocalDesk
from tracker.sheet.setup.recording import Record

END_OF_START = "SLA: "
PATIENCE_SECONDS = 60.0
UNKNOWN_ID = "1417628594471739432"
"""An id that nothing has at a desk."""
_LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:")
"""How a line of the log begins; its record is read instead, for the level."""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One broken thing, the one finding that is ✗ for it, and how the bot takes it.

    `says` and `fix` are key words of the finding's text and fix. `ends` is the bot's exit code (0: it runs, and is
    stopped when it has logged `until`), `line` key words of what it prints or logs then.
    """

    name: str
    breaks: Callable[[LocalDesk], object]
    id: str
    says: str
    fix: str
    ends: int
    line: str
    until: str = END_OF_START


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """A desk that is ready for the bot, and the commands that a person starts there."""

    desk: LocalDesk
    capsys: pytest.CaptureFixture[str]
    caplog: pytest.LogCaptureFixture

    @contextmanager
    def passing(self) -> Iterator[None]:
        """What the block changes of the settings, and commands of the environment, is put back at its end."""
        settings, environment = dict(self.desk.settings), dict(os.environ)
        try:
            yield
        finally:
            self.desk.settings.clear()
            self.desk.settings.update(settings)
            os.environ.clear()
            os.environ.update(environment)

    def doctor(self, *arguments: str) -> tuple[int, list[dict[str, str | None]]]:
        """The doctor's exit code and findings."""
        self.desk.write_settings()
        return self.examined(*arguments)

    def examined(self, *arguments: str) -> tuple[int, list[dict[str, str | None]]]:
        """The same with the `.env` as it is."""
        if "--send-test" in arguments:  # what is printed then is to be sent on, without the desk's names
            findings = [asdict(finding) for finding in doctor.examine(Record())]
            return int(any(each["level"] == "failed" for each in findings)), findings
        code = doctor.main(["--json", *arguments])
        return code, json.loads(self.capsys.readouterr().out)

    def sent_on(self) -> tuple[str, list[dict[str, Any]]]:
        """What the doctor prints with --send-test, whole, and of it what Google answered."""
        self.desk.write_settings()
        doctor.main(["--json", "--send-test"])
        printed = self.capsys.readouterr().out
        return printed, json.loads(printed)["google"]

    def bot(self, until: str = END_OF_START) -> tuple[int, list[str]]:
        """The bot's exit code and what it said, each line with its level; it is stopped when it has logged `until`."""
        self.desk.write_settings()
        self.caplog.clear()
        with _stopped_at(until):
            code = bot.main()
        for thread in threading.enumerate():
            # The command ends its process and with it what it still asks Google; here that would meet the next test.
            if thread.name.startswith("sheet"):
                thread.join()
        lines = [f"{record.levelname} {record.getMessage()}" for record in self.caplog.records]
        printed = self.capsys.readouterr().err.splitlines()
        return code, [*lines, *(line for line in printed if not _LOGGED.match(line))]

    def expect(self, broken: Broken) -> list[str]:
        """Break it, and hold the doctor and the bot to what they promise; the bot's lines about it."""
        broken.breaks(self.desk)
        code, findings = self.doctor()
        failed = [finding for finding in findings if finding["level"] == "failed"]
        assert [finding["id"] for finding in failed] == [broken.id], failed
        assert code == 1
        assert broken.says in str(failed[0]["text"])
        assert broken.fix in str(failed[0]["fix"])
        code, lines = self.bot(until=broken.until)
        assert code == broken.ends, lines
        about_it = [line for line in lines if broken.line in line]
        assert about_it, lines
        assert broken.ends or all(line.startswith(("WARNING ", "ERROR ")) for line in about_it)
        # A service manager starts it again and again, and Discord lets it connect 1,000 times a day.
        assert not (broken.ends and self.desk.discord.gateway.handshakes)
        return about_it


@contextmanager
def _stopped_at(words: str) -> Iterator[None]:
    """Send this process SIGTERM, which the bot has taken over by then, once its log has these words, or at last."""

    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    class Stop(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if words in record.getMessage():
                end()

    stop, log, patience = Stop(), logging.getLogger("tracker"), threading.Timer(PATIENCE_SECONDS, end)
    level, before = log.level, signal.signal(signal.SIGTERM, signal.SIG_IGN)
    root, handlers = logging.getLogger(), logging.getLogger().handlers[:]
    log.addHandler(stop)
    patience.start()
    try:
        yield
    finally:
        patience.cancel()
        log.removeHandler(stop)
        log.setLevel(level)
        root.handlers[:] = handlers
        signal.signal(signal.SIGTERM, before)


@contextmanager
def desk_in_a_thread(folder: Path) -> Iterator[LocalDesk]:
    """A desk whose services answer from a thread; to be acted on while no command is running."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        desk = LocalDesk(folder=folder, private_key=private_key())
        asyncio.run_coroutine_threadsafe(desk.__aenter__(), loop).result()
        try:
            yield desk
        finally:
            asyncio.run_coroutine_threadsafe(desk.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
