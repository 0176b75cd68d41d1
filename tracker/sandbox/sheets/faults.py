"""Ready-made faults, worded as Google's. Put them into `SheetsServer.faults`.

Each can strike before the request is carried out or, with `applied=True`, after: then only the answer is lost, as is on
record for Google's 503. `path` is a regular expression searched in the path, `method` the HTTP method; a fault
is used up after `times` requests, None means never.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TypedDict, Unpack

from aiohttp import web

from tracker.sandbox.service import Break, Fault
from tracker.sandbox.sheets import errors
from tracker.sandbox.sheets.accounts import PROJECT_NUMBER
from tracker.sandbox.sheets.late import LateWrite

_BAD_GATEWAY = """<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <title>Error 502 (Server Error)!!1</title>
  <p><b>502.</b> <ins>That's an error.</ins>
  <p>The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds.
"""
_REQUEST_TIMEOUT = """<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <title>Error 408 (Request Timeout)!!1</title>
  <p><b>408.</b> <ins>That's an error.</ins>
  <p>The request took too long to arrive.
"""
_API = r"^/v4/"
_BATCHES = r":batchUpdate$"

Outcome = Break | Callable[[], web.Response]


class When(TypedDict, total=False):
    """Which requests a fault spoils, and when."""

    path: str
    method: str
    applied: bool
    times: int | None


def too_many_requests(**when: Unpack[When]) -> Fault:
    """429 with the body of a used-up quota of writes."""
    error = errors.rate_limited(kind="Write", per_user=True, limit=60, project_number=PROJECT_NUMBER)
    return _fault(error.response, when)


def internal_error(**when: Unpack[When]) -> Fault:
    """500."""
    return _fault(errors.internal().response, when)


def service_unavailable(**when: Unpack[When]) -> Fault:
    """503."""
    return _fault(errors.unavailable().response, when)


def bad_gateway(**when: Unpack[When]) -> Fault:
    """502 with a web page instead of JSON."""
    return _fault(lambda: _page(_BAD_GATEWAY, HTTPStatus.BAD_GATEWAY), when)


def aborted(**when: Unpack[When]) -> Fault:
    """409, which passes."""
    return _fault(errors.aborted().response, when)


def request_timeout(**when: Unpack[When]) -> Fault:
    """408 with a web page instead of JSON."""
    return _fault(lambda: _page(_REQUEST_TIMEOUT, HTTPStatus.REQUEST_TIMEOUT), when)


def cancelled(**when: Unpack[When]) -> Fault:
    """499."""
    return _fault(errors.cancelled().response, when)


def deadline_exceeded(**when: Unpack[When]) -> Fault:
    """504."""
    return _fault(errors.deadline_exceeded().response, when)


def late(outcome: Outcome = Break.RESET, seconds: float | None = None, **when: Unpack[When]) -> LateWrite:
    """The client gets `outcome` at once, and the write is carried out later.

    `seconds` is how much later, up to 170 on the real service; None means when `land_late_writes` of the server is
    called. Strikes batches unless a `path` is given. A write lands like any other: as a whole, or not at all if it is
    refused then, of which nobody hears.
    """
    return LateWrite(
        path=when.get("path", _BATCHES),
        outcome=outcome,
        method=when.get("method"),
        times=when.get("times", 1),
        seconds=seconds,
    )


def reset(**when: Unpack[When]) -> Fault:
    """The connection is cut."""
    return _fault(Break.RESET, when)


def stall(**when: Unpack[When]) -> Fault:
    """No answer for a moment, and then the connection is cut."""
    return _fault(Break.STALL, when)


def hang(**when: Unpack[When]) -> Fault:
    """No answer until the client gives up."""
    return _fault(Break.HANG, when)


def _page(text: str, status: HTTPStatus) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


def _fault(outcome: Outcome, when: When) -> Fault:
    return Fault(
        path=when.get("path", _API),
        outcome=outcome,
        method=when.get("method"),
        applied=when.get("applied", False),
        times=when.get("times", 1),
    )
