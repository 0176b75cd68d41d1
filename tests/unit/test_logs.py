"""The log: a line for a person, or one JSON object a line, and the thread it is about in both."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tests.support.builders import after, seen
from tracker import logs
from tracker.domain.wording import row_line

THREAD = 1417628594471739432
Written = Callable[[], list[str]]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """What was logged since the last call; afterwards nothing is set up any more."""
    root, product = logging.getLogger(), logging.getLogger("tracker")
    before = root.handlers[:], root.level, product.level
    yield lambda: list(capsys.readouterr().err.splitlines())
    root.handlers[:], root.level, product.level = before


def test_as_json_each_line_is_one_object_with_what_machines_search_for(written: Written) -> None:
    logs.set_up("INFO", "json")
    log = logging.getLogger("tracker.somewhere")
    earliest = datetime.now(UTC).replace(microsecond=0)

    log.warning("Thread %d: “a\nb” is given up.", THREAD, extra=logs.about(THREAD))
    log.info("Server: %s", "Dalgo")

    about_a_ticket, other = map(json.loads, written())
    at = datetime.fromisoformat(about_a_ticket.pop("time"))
    assert earliest <= at <= datetime.now(UTC)
    assert at.utcoffset() == UTC.utcoffset(None)
    assert about_a_ticket == {
        "level": "WARNING",
        "logger": "tracker.somewhere",
        "message": f"Thread {THREAD}: “a\nb” is given up.",
        "thread_id": str(THREAD),
    }
    assert set(other) == {"time", "level", "logger", "message"}


def test_as_json_an_exception_stays_on_its_line(written: Written) -> None:
    logs.set_up("INFO", "json")
    try:
        int("not it")
    except ValueError:
        logging.getLogger("tracker").exception("Failed")

    (line,) = map(json.loads, written())
    assert line["message"] == "Failed"
    assert line["error"].startswith("Traceback")
    assert line["error"].endswith("'not it'")


def test_as_text_a_line_has_time_level_and_message(written: Written) -> None:
    logs.set_up("INFO", "text")

    logging.getLogger("tracker").warning("Thread %d: trouble", THREAD, extra=logs.about(THREAD))

    (line,) = written()
    at = datetime.strptime(line[:24], "%Y-%m-%d %H:%M:%S%z")
    assert at <= datetime.now(UTC)
    assert line[24:] == f" WARNING Thread {THREAD}: trouble"


def test_as_text_a_title_steers_no_terminal(written: Written) -> None:
    ticket = after(seen(thread=THREAD, title="\x1b[2J\u202eCannot\nlog in 🧵"))
    logs.set_up("INFO", "text")

    logging.getLogger("tracker").info("%s", row_line(ticket, "12", ticked=True))

    (line,) = written()
    assert line.endswith(f'Thread {THREAD}: "\ufffd[2J\ufffdCannot log in 🧵" → row 12, ✅')


@pytest.mark.parametrize("form", ["text", "json"])
def test_libraries_are_heard_only_when_they_warn_and_the_product_at_its_level(written: Written, form: str) -> None:
    logs.set_up("DEBUG", form)

    logging.getLogger("hikari.gateway").info("a payload with its secrets")
    logging.getLogger("hikari.gateway").warning("slow")
    logging.getLogger("tracker").debug("detail")

    assert len(written()) == 2
