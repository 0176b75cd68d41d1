"""A plugin of pytest: what the tests cost, by tier, stands at the end of a run.

On a busy machine the time of a core says more than the time of day, though it grows, too: by half or twice where many
share a core. Counted is what the test processes used, what their children used that have ended, and (where there is
/proc) what those used that still run: the fork server, whose children are the commands under test, and the browser.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

LIST = "SPENDING_LIST"
"""The environment variable that names a file. What each test cost is added to it: milliseconds of a core in the test
process and in its children, milliseconds on the clock, and the test."""
_OUTSIDE = "(start)"
"""What a test process spends outside its tests: it imports and collects them."""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Tests, their seconds on the clock, and their seconds of a core, in the test process and in its children."""

    tests: int = 0
    seconds: float = 0.0
    own: float = 0.0
    children: float = 0.0

    @property
    def core(self) -> float:
        """Seconds of a core in all."""
        return self.own + self.children

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            tests=self.tests + other.tests,
            seconds=self.seconds + other.seconds,
            own=self.own + other.own,
            children=self.children + other.children,
        )

    def __sub__(self, other: Spent) -> Spent:
        return Spent(
            tests=self.tests - other.tests,
            seconds=self.seconds - other.seconds,
            own=self.own - other.own,
            children=self.children - other.children,
        )


class Spending:
    """Counts in one process; the one that started others (pytest-xdist) adds up and shows what they counted."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._at_most = 0.0
        self._lost = 0.0
        self._here: defaultdict[str, Spent] = defaultdict(Spent)
        self._everywhere: defaultdict[str, Spent] = defaultdict(Spent)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Count one test with its fixtures."""
        before = self._now()
        try:
            return (yield)
        finally:
            spent = self._now() - before + Spent(tests=1)
            self._here[item.path.relative_to(Path(__file__).parents[1]).parts[0]] += spent
            if LIST in os.environ:
                times = " ".join(f"{1000 * each:.0f}" for each in (spent.own, spent.children, spent.seconds))
                with Path(os.environ[LIST]).open("a", encoding="utf-8") as file:
                    file.write(f"{times} {item.nodeid}\n")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Count what this process spent besides, and hand it to the process that started it."""
        whole = self._now()
        if session.config.pluginmanager.has_plugin("dsession"):
            whole = replace(whole, children=0.0)  # they are workers, which count by themselves
        outside = whole - sum(self._here.values(), Spent(seconds=self._began))
        self._here[_OUTSIDE] = replace(outside, tests=0)
        self._add(self._here)
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["spent"] = {tier: asdict(spent) for tier, spent in self._here.items()}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401 - pytest-xdist's worker, which has no type
        """Take in what a worker counted."""
        counted = getattr(node, "workeroutput", {}).get("spent", {})
        self._add({tier: Spent(**spent) for tier, spent in counted.items()})

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show it, the dearest tier first."""
        rows = sorted(self._everywhere.items(), key=lambda row: -row[1].core)
        write = terminalreporter.write_line
        write("")
        write("tier          tests   seconds  seconds of a core = in tests + in their commands")
        for tier, spent in [*rows, ("all", sum(self._everywhere.values(), Spent()))]:
            of = f"{spent.own:.1f} + {spent.children:.1f}"
            write(f"{tier:12} {spent.tests:6} {spent.seconds:9.1f} {spent.core:18.1f} = {of}")

    def _now(self) -> Spent:
        """What this process and its children have used since it started."""
        times = os.times()
        running = sum(_used_by(child) for child in _descendants(str(os.getpid())))
        children = times.children_user + times.children_system + running
        # What a killed browser's processes used is in nobody's account any more.
        self._lost += max(0.0, self._at_most - children)
        self._at_most = children
        return Spent(seconds=time.monotonic(), own=times.user + times.system, children=children + self._lost)

    def _add(self, tiers: Mapping[str, Spent]) -> None:
        for tier, spent in tiers.items():
            self._everywhere[tier] += spent


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.pluginmanager.register(Spending())


def _descendants(process: str) -> list[str]:
    """The ids of the processes that this one started and that run, and of those that they started."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:  # it has just ended
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found


def _used_by(process: str) -> float:
    """The seconds of a core that a process and its children that have ended used; none if it has just ended."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    ticks = stat.rpartition(")")[2].split()[11:15]  # utime, stime, cutime, cstime: proc(5)
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
