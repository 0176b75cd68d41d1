"""A whole support desk on this machine: local Discord and Google Sheets, and the shipped commands as processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tracker.sandbox.clock import FILE as CLOCK_FILE
from tracker.sandbox.clock import Clock
from tracker.sandbox.discord.entities import Channel, Forum, Message, Role, Thread, User
from tracker.sandbox.discord.server import DiscordServer
from tracker.sandbox.discord.world import World
from tracker.sandbox.sheets.accounts import ServiceAccount
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.server import SheetsServer
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.setup.plan import carry_out, make_plan
from tracker.store.file import FILE

SHEET_NAME = "Support Tickets"
TAGS = ("Engineering", "Consulting", "billing", "resolved")

_CODE = Path(__file__).parents[2]
_LOOK_SECONDS = 0.02
_START_SECONDS = 120.0
"""A start takes two seconds, and many times that on a busy machine."""


class Running(Protocol):
    """A bot's process."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def returncode(self) -> int | None:
        """How it ended (minus a signal's number), or None while it runs."""

    async def wait(self) -> int:
        """Wait for its end; how it ended."""

    def send_signal(self, signal: int) -> None:
        """Send it a signal."""

    def kill(self) -> None:
        """End it at once."""


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What the bot has still to do in Discord, as its store has it."""

    kind: str
    thread_id: int
    attempts: int
    not_before: datetime

    def __str__(self) -> str:
        return f"{self.kind} in {self.thread_id}, tried {self.attempts} times, not before {self.not_before:%H:%M:%S}"


class NotYetError(Exception):
    """What was waited for did not come in time."""


@dataclass(kw_only=True, eq=False)
class LocalDesk:
    """Both services and the bot's installation folder with its `.env` and key file.

    `settings` are written to the `.env`, `environment` are variables beside it; change them before a command is
    started. `private_key` is the account's (None: a fresh one, which takes longer). Where `by_desk_clock`, the bot goes
    by the desk's clock also while that is the machine's, so that it may `jump`. Use it as a context manager: at the end
    every process it started has ended.
    """

    folder: Path
    discord: DiscordServer = field(default_factory=DiscordServer)
    sheets: SheetsServer = field(default_factory=SheetsServer)
    settings: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    private_key: RSAPrivateKey | None = None
    clock: Clock = field(default_factory=Clock)
    by_desk_clock: bool = False
    forum: Forum = field(init=False)
    alerts: Channel = field(init=False)
    support: Role = field(init=False)
    customer: User = field(init=False)
    staff: User = field(init=False)
    account: ServiceAccount = field(init=False)
    book: Spreadsheet = field(init=False)

    def __post_init__(self) -> None:
        self._bot: Running | None = None
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._exit.enter_async_context(self.discord)
        await self._exit.enter_async_context(self.sheets)
        world = self.world
        world.now = self.clock.now
        self.sheets.quota.clock = lambda: self.clock.now().timestamp()
        self.forum = world.new_forum("support", tags=TAGS, moderated=("resolved",))
        self.alerts = world.new_text_channel("alerts")
        self.support = world.new_role("Support")
        self.customer = world.new_user("mia")
        self.staff = world.new_user("sam", roles=[self.support])
        self.account = self.sheets.new_account(self.private_key)
        self.book = self.sheets.new_spreadsheet("Support desk")
        self.book.share(self.account.email)
        self.account.write_key(self.folder / "credentials.json")
        self.settings |= {
            "DISCORD_TOKEN": self.discord.token,
            "SUPPORT_CHANNEL_ID": str(self.forum.id),
            "SPREADSHEET_ID": self.book.url,
            "ALERT_CHANNEL_IDS": str(self.alerts.id),
            "DISCORD_API_URL": self.discord.rest_url,
            "GOOGLE_SHEETS_URL": self.sheets.address,
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.kill_bot()
        finally:
            self._clock_file.unlink(missing_ok=True)  # nobody else goes by it, also where the folder is kept
            await self._exit.aclose()

    @property
    def world(self) -> World:
        """Where people act in Discord."""
        return self.discord.world

    @property
    def tab(self) -> Tab:
        """The tab with the tickets."""
        return self.book.tab(self.settings.get("SHEET_NAME", SHEET_NAME))

    @property
    def command_environment(self) -> dict[str, str]:
        """What a command needs to start, nothing that could be a setting or a proxy, and `environment`."""
        kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE", "COVERAGE_PROCESS_START")
        plain = {name: os.environ[name] for name in kept if name in os.environ}
        clock = {CLOCK_FILE: str(self._clock_file)}
        return plain | {"PYTHONPATH": str(_CODE), "PYTHONIOENCODING": "utf-8"} | clock | self.environment

    @property
    def log_file(self) -> Path:
        """What the bot wrote to its standard error, over all its starts."""
        return self.folder / "bot.log"

    @property
    def log(self) -> str:
        """The bot's log so far."""
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    @property
    def bot_pid(self) -> int | None:
        """The process id of the bot that was started last."""
        return None if self._bot is None else self._bot.pid

    @property
    def bot_runs(self) -> bool:
        """Whether the bot that was started last has not ended yet."""
        return self._bot is not None and self._bot.returncode is None

    @property
    def bot_exit_code(self) -> int | None:
        """How the bot that was started last ended (minus a signal's number), or None while it runs."""
        return None if self._bot is None else self._bot.returncode

    def person(self, name: str, *, staff: bool = False) -> User:
        """The member of that name, who joins (as customer or staff) if there is none."""
        known = next((user for user in self.world.users.values() if user.username == name), None)
        return known or self.world.new_user(name, roles=[self.support] if staff else [])

    def is_staff(self, user: User) -> bool:
        """Whether this member answers for the desk."""
        return user.id in self.world.members and self.support in self.world.members[user.id].roles

    def rows(self) -> dict[int, dict[str, str | float | bool | None]]:
        """The sheet's rows by thread id, each by column name."""
        return {int(str(record["thread_id"])): dict(record) for record in self.tab.records() if record["thread_id"]}

    def is_ticked(self, thread: Thread) -> bool:
        """Whether the thread's first message has the ✅ that says: the row is in the sheet."""
        return thread.starter is not None and "✅" in thread.starter.reactions

    def bot_messages(self, channel: Channel | Thread) -> list[Message]:
        """What the bot wrote there."""
        return [message for message in channel.messages if message.author is self.world.bot_user]

    async def run(self, module: str, *arguments: str) -> tuple[int, str]:
        """Run a shipped command to its end; its exit code and all it printed."""
        process = await self._start(module, *arguments, output=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    async def prepare_sheet(self, *, dashboard: bool = False) -> None:
        """Do what `python -m tracker.init_sheet` does, or with `--dashboard`, without a process of its own."""

        def prepare() -> None:
            sheet = GoogleSheet(
                key_file=self.folder / "credentials.json", spreadsheet_id=self.book.id, base_url=self.sheets.address
            )
            title = self.settings.get("SHEET_NAME", SHEET_NAME)
            carry_out(sheet, make_plan(sheet, title, ["resolved"], dashboard=dashboard))

        await asyncio.to_thread(prepare)

    async def launch(
        self, module: str, *arguments: str, output: int = asyncio.subprocess.DEVNULL
    ) -> asyncio.subprocess.Process:
        """Start a shipped command and wait for nothing; its `output` goes to a file descriptor. The caller ends it."""
        return await self._start(module, *arguments, output=output)

    async def put_forward(self, by: timedelta) -> None:
        """Put the clock forward, for the people and for the bot.

        A bot that runs is stopped and started again: what it waits for is measured by the machine's own clock.
        """
        runs = self.bot_runs
        if runs:
            await self.stop_bot()
        self.clock.ahead += by
        if runs:
            await self.launch_bot()

    def jump(self, by: timedelta) -> None:
        """Put the clock forward while the bot runs, as if its machine had been asleep: what it waits for goes on."""
        self.clock.ahead += by
        self.clock.write(self._clock_file)

    async def start_bot(self, module: str | None = None) -> None:
        """Start the bot (or another one, by its module) and wait until Discord has described the server to it.

        Raises:
            NotYetError: the bot ended instead, or is not ready in time; the message holds its log.
        """
        await self.launch_bot(module)
        connected = asyncio.create_task(self.discord.gateway.ready(_START_SECONDS))
        ended = asyncio.create_task(self.bot_ended())
        await asyncio.wait([connected, ended], return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        ended.cancel()
        if self._bot is not None and self._bot.returncode is not None:
            raise NotYetError(f"the bot ended with exit code {self._bot.returncode}:\n{self.log}")
        if connected.done() and not connected.cancelled() and connected.exception() is not None:
            raise NotYetError(f"the bot was not ready within {_START_SECONDS:.0f} s:\n{self.log}")

    async def launch_bot(self, module: str | None = None) -> None:
        """Start the bot, or another one, and wait for nothing."""
        with self.log_file.open("ab") as log:
            self._bot = await self._start(module or self._own_bot, output=log.fileno())

    @property
    def _own_bot(self) -> str:
        """The shipped command's module, or where the clock was put forward, the one that runs the bot by it."""
        return "tracker.sandbox.bot" if self.by_desk_clock or self.clock.ahead else "tracker"

    @property
    def _clock_file(self) -> Path:
        return self.folder / "clock"

    async def stop_bot(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """Ask the bot to stop and wait for its end; its exit code."""
        if self._bot is None:
            raise ValueError("there is no bot to stop")
        self._bot.send_signal(with_signal)
        return await self.bot_ended()

    async def bot_ended(self) -> int:
        """Wait for the bot's end; its exit code."""
        if self._bot is None:
            raise ValueError("there is no bot to wait for")
        return await self._bot.wait()

    async def kill_bot(self) -> None:
        """End the bot at once, as a power cut would."""
        self.strike_bot()
        if self._bot is not None:
            await self._bot.wait()

    def strike_bot(self) -> None:
        """The same, without waiting for the end."""
        if self._bot is not None and self._bot.returncode is None:
            with suppress(ProcessLookupError):  # it may end at this very moment
                self._bot.kill()

    async def until(self, what: str, happened: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until `happened` is true; it is asked many times and must be quick.

        Raises:
            NotYetError: it did not become true in time; the message names `what` and holds the bot's log.
        """
        try:
            async with asyncio.timeout(seconds):
                while not happened():  # noqa: ASYNC110 - another process makes it true
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise NotYetError(f"not within {seconds} s: {what}\n{self.log[-6000:]}") from None

    def unfinished(self, *, but_for: Collection[int] = ()) -> int:
        """How many rows and effects the bot still has in its store to bring to the sheet and to Discord.

        Effects in the threads `but_for` do not count.
        """
        with self._store() as database:
            rows = database.execute("SELECT count(*) FROM tickets WHERE revision > sheet_revision").fetchone()
            effects = database.execute("SELECT thread_id FROM effects").fetchall()
        return int(rows[0]) + sum(thread_id not in but_for for (thread_id,) in effects)

    def errands(self) -> list[Errand]:
        """The effects in the bot's store, oldest first."""
        with self._store() as database:
            rows = database.execute("SELECT kind, thread_id, attempts, not_before FROM effects ORDER BY id").fetchall()
        return [
            Errand(kind=kind, thread_id=thread_id, attempts=attempts, not_before=datetime.fromisoformat(not_before))
            for kind, thread_id, attempts, not_before in rows
        ]

    def _store(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(f"file:{self.folder / 'data' / FILE}?mode=ro", uri=True))

    def write_settings(self) -> None:
        """Write `settings` to the `.env`, and the clock's file, as every start of a command does."""
        lines = [f"{name}={value}\n" for name, value in self.settings.items()]
        file = self.folder / ".env"
        file.touch(mode=0o600)
        file.write_text("".join(lines), encoding="utf-8")
        self.clock.write(self._clock_file)

    async def _start(self, module: str, *arguments: str, output: int) -> asyncio.subprocess.Process:
        self.write_settings()
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            cwd=self.folder,
            env=self.command_environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
        )
