"""`python -m tracker.sandbox.bot`: the shipped bot, by the desk's clock, which may be ahead of the machine's."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from tracker.__main__ import end, run
from tracker.sandbox.clock import AHEAD
from tracker.wiring import now

_AHEAD = timedelta(seconds=float(os.environ.get(AHEAD, "0")))


def _now() -> datetime:
    return now() + _AHEAD


if __name__ == "__main__":
    end(run(_now))
