"""`python -m tracker.sandbox.bot`: the shipped bot, by the desk's clock, which may be ahead of the machine's."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from tracker.__main__ import end, run
from tracker.sandbox.clock import FILE, ahead_in
from tracker.wiring import now

_FILE = Path(os.environ[FILE])
_FIGURES_EVERY = timedelta(seconds=3)
"""On a desk whose clock is put forward nobody waits for five minutes."""


def _now() -> datetime:
    return now() + ahead_in(_FILE)


if __name__ == "__main__":
    end(run(_now, _FIGURES_EVERY))
