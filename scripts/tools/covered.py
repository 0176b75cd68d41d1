"""Is enough of each file run by the tests? Fails where one is below the limit and has no reason here to be.

    coverage json --quiet -o - | python -m scripts.tools.covered

`coverage` itself knows a limit for all files together only, in which a file that no test runs does not show.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping

AT_LEAST = 95.0
"""Percent of a file's lines and branches, counted together."""

REASONS: Mapping[str, str] = {}
"""Why a file may have less, by its path. Single lines that no test can reach say so themselves: `pragma: no cover`."""


def complaints(report: str, reasons: Mapping[str, str]) -> list[str]:
    """What is wrong in a report in coverage's JSON: a line for each file; none where all is well."""
    files = json.loads(report)["files"]
    percent = {name.replace("\\", "/"): file["summary"]["percent_covered"] for name, file in files.items()}
    low = {name: share for name, share in sorted(percent.items()) if share < AT_LEAST}
    # Rounded down: 94.96 is not 95.
    return [
        f"{name}: {math.floor(10 * share) / 10} % is run by the tests"
        for name, share in low.items()
        if name not in reasons
    ] + [f"{name}: has its {AT_LEAST:g} % and needs no reason any more" for name in reasons if name not in low]


def main() -> int:
    """Read the report from standard input; 1 where something is wrong."""
    wrong = complaints(sys.stdin.read(), REASONS)
    if wrong:
        print(f"Each file needs {AT_LEAST:g} %, or a reason in scripts/tools/covered.py:")  # noqa: T201
    for line in wrong:
        print(f"  {line}")  # noqa: T201 - what it is there for
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
