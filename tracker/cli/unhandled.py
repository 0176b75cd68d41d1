"""How a command ends over what nobody handles: Ctrl-C in one line, a defect with its traceback and without secrets.

A Python that is too old, or that lacks the packages, is one line with the fix, and ends it with 2.

Needs next to nothing, so that it holds from the first moment, while everything else is still being imported, and in
every Python 3.
"""

from __future__ import annotations

import os
import sys
from errno import ENOSPC
from pathlib import Path
from types import TracebackType

_SCRIPT = "support-tracker"
_NEEDED = (3, 11)
_ROOT = Path(__file__).parents[2]


def is_command(started_as: str) -> bool:
    """Whether Python is starting one of the product's commands, by the first of its arguments.

    While `python -m` still looks for the module, that is "-m"
    (https://docs.python.org/3/library/sys.html#sys.argv).
    """
    return started_as == "-m" or Path(started_as).stem.startswith(_SCRIPT)


def take_over() -> None:
    """From now on, end as this module says."""
    sys.excepthook = _show


def wrong_python(
    error: BaseException, *, version: tuple[int, int], python: Path, started_as: str, root: Path = _ROOT
) -> str | None:
    """What to do where the error comes from a Python that cannot run the product; None where it comes from elsewhere.

    `root` is the folder with the product in it: a checkout, or where packages are installed.
    """
    if version < _NEEDED:
        wrong = f"Python {'.'.join(map(str, version))} ({python}) is too old: 3.11 or newer is needed."
    elif isinstance(error, ModuleNotFoundError) and _is_of_a_package(error.name or ""):
        wrong = f"This Python ({python}) lacks the package {error.name}."
    else:
        return None
    if not (root / "scripts" / "setup").is_file():
        return f"{wrong} Install the support tracker again, with its packages, for Python 3.11 or newer."
    from shlex import quote  # noqa: PLC0415 - not before it is needed: each takes a moment in which Ctrl-C may come

    own = next(
        (each for each in (Path(".venv/bin/python"), Path(".venv/Scripts/python.exe")) if (root / each).exists()), None
    )
    there = "" if Path.cwd() == root else f"cd {quote(str(root))} && "
    if own is not None and root / ".venv" not in python.parents:
        return f"{wrong} Use the checkout's own: {there}{own} -m {_module(started_as, root)}"
    anew = "rm -r .venv && " if own is not None and version < _NEEDED else ""
    return f"{wrong} Set it up: {there}{anew}./scripts/setup"


def _is_of_a_package(name: str) -> bool:
    top = name.partition(".")[0]
    return bool(top) and top != "tracker" and top not in sys.stdlib_module_names


def _module(started_as: str, root: Path) -> str:
    """The module that Python was asked to run, by its file."""
    path = Path(started_as)
    if not path.is_relative_to(root):
        return "tracker"
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__main__" else parts)


def _has_folder() -> bool:
    """Whether the working directory is still there."""
    try:
        os.getcwd()  # noqa: PTH109 - pathlib is not needed for that
    except FileNotFoundError:
        return False
    return True


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)  # noqa: T201 - there may be no log yet
        return
    version = (sys.version_info.major, sys.version_info.minor)
    advice = wrong_python(error, version=version, python=Path(sys.executable), started_as=sys.argv[0])
    if advice is not None:
        print(advice, file=sys.stderr)  # noqa: T201 - as above
        raise SystemExit(2)
    if isinstance(error, FileNotFoundError) and not _has_folder():
        from shlex import quote  # noqa: PLC0415 - as above

        again = f"cd {quote(os.environ.get('PWD', '/'))}"
        print(f"The folder that you are in was deleted, or made anew; enter it again: {again}", file=sys.stderr)  # noqa: T201
        return
    if isinstance(error, OSError) and error.errno == ENOSPC:
        where = error.filename or "what the command prints"
        print(f"The disk is full: no room for {where}. Make room there and run it again.", file=sys.stderr)  # noqa: T201
        # Python would try once more to print what is left, and complain (https://docs.python.org/3/library/signal.html).
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return
    # Not before they are needed: each takes a moment in which a person may press Ctrl-C.
    from traceback import format_exception  # noqa: PLC0415

    from tracker.secrecy import hide  # noqa: PLC0415

    print(hide("".join(format_exception(kind, error, trace))), end="", file=sys.stderr)  # noqa: T201 - as above
    print("The command ended over what nobody foresaw. Please report it, with this.", file=sys.stderr)  # noqa: T201
