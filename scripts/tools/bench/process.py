"""CPU and memory of one process, as Linux counts them: a bot's own, apart from those of the servers it talks to."""

from __future__ import annotations

import time
from pathlib import Path

_CPU_CLOCK_OF_A_PROCESS = 2
"""How clock_getcpuclockid(3) makes a clock of a process id: its complement, and below it three bits of this kind."""


def cpu_seconds(pid: int) -> float:
    """The CPU that all threads of the process have used so far, in all, exact to a microsecond or so."""
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK_OF_A_PROCESS)


def resident_megabytes(pid: int) -> float:
    """The memory that the process holds now, shared libraries included."""
    return _status(pid, "VmRSS")


def most_resident_megabytes(pid: int) -> float:
    """The most that it ever held."""
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))
