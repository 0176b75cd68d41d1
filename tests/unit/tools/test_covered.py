"""The limit of what the tests run of each file."""

from __future__ import annotations

import json

from scripts.tools.covered import complaints


def report(**percent: float) -> str:
    return json.dumps({"files": {name: {"summary": {"percent_covered": share}} for name, share in percent.items()}})


def test_each_file_below_the_limit_is_named() -> None:
    assert complaints(report(whole=100.0, enough=95.0, low=94.96, none=0.0), {}) == [
        "low: 94.9 % is run by the tests",
        "none: 0.0 % is run by the tests",
    ]


def test_a_reason_counts_for_as_long_as_it_is_needed() -> None:
    reasons = {"low": "only Windows runs it", "whole": "only Windows runs it", "gone": "only Windows runs it"}
    assert complaints(report(whole=100.0, low=94.0), reasons) == [
        "whole: has its 95 % and needs no reason any more",
        "gone: has its 95 % and needs no reason any more",
    ]
