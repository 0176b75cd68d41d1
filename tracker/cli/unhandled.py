"""How a command ends over what nobody handles: Ctrl-C in one line, a defect with its traceback and without secrets.

Needs next to nothing, so that it holds from the first moment, while everything else is still being imported.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

_SCRIPT = "support-tracker"


def is_command(started_as: str) -> bool:
    """Whether Python is starting one of the product's commands, by the first of its arguments.

    While `python -m` still looks for the module, that is "-m"
    (https://docs.python.org/3/library/sys.html#sys.argv).
    """
    return started_as == "-m" or Path(started_as).stem.startswith(_SCRIPT)


def take_over() -> None:
    """From now on, end as this module says."""
    sys.excepthook = _show


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)  # noqa: T201 - there may be no log yet
        return
    # Not before they are needed: each takes a moment in which a person may press Ctrl-C.
    from traceback import format_exception  # noqa: PLC0415

    from tracker.secrecy import hide  # noqa: PLC0415

    print(hide("".join(format_exception(kind, error, trace))), end="", file=sys.stderr)  # noqa: T201 - as above
    print("The command ended over what nobody foresaw. Please report it, with this.", file=sys.stderr)  # noqa: T201
