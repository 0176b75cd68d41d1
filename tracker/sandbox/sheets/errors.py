"""Google's error answers, as the Sheets API and the token endpoint word them.

Shape and status names: https://cloud.google.com/apis/design/errors
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from aiohttp import web

SERVICE = "sheets.googleapis.com"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
HELP = "type.googleapis.com/google.rpc.Help"


class SheetsError(Exception):
    """A request Google would refuse; `response` is its answer."""

    def __init__(self, code: HTTPStatus, status: str, message: str, *details: dict[str, Any]) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = details

    def response(self) -> web.Response:
        """The answer on the wire."""
        error: dict[str, Any] = {"code": self.code.value, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = list(self.details)
        headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'}
        return web.json_response(
            {"error": error},
            status=self.code.value,
            headers=headers if self.code == HTTPStatus.UNAUTHORIZED else None,
        )


class NotUnderstoodError(SheetsError):
    """A request that this server does not know. Google might: whoever sent it needs to look at it."""

    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", message)


def error_info(reason: str, **metadata: str) -> dict[str, Any]:
    """The machine-readable part of an error's details."""
    return {"@type": ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def invalid(message: str) -> SheetsError:
    """400: the request makes no sense for this spreadsheet."""
    return SheetsError(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", message)


def protected() -> SheetsError:
    """400: a cell in a protected range that lets the account not edit."""
    return invalid(
        "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection "
        "if you need to edit."
    )


def unknown_name(name: str, where: str) -> NotUnderstoodError:
    """400: a field that the API does not have, at `where` (a path such as `requests[0]`; empty at the top)."""
    at = f" at '{where}'" if where else ""
    return NotUnderstoodError(f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.')


def not_found() -> SheetsError:
    """404: there is no such spreadsheet."""
    return SheetsError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Requested entity was not found.")


def not_a_spreadsheet() -> SheetsError:
    """400: an Excel file that was uploaded to Drive, which opens in the browser as if it were a spreadsheet."""
    message = "This operation is not supported for this document. The document must not be an Office file."
    return SheetsError(HTTPStatus.BAD_REQUEST, "FAILED_PRECONDITION", message)


def permission_denied() -> SheetsError:
    """403: not shared with this account, or shared for viewing only."""
    return SheetsError(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", "The caller does not have permission")


def missing_credentials(method: str) -> SheetsError:
    """401: a request without an access token."""
    message = (
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    details = error_info("CREDENTIALS_MISSING", service=SERVICE, method=method)
    return SheetsError(HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED", message, details)


def invalid_credentials(method: str) -> SheetsError:
    """401: an access token that has expired or never existed."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    details = error_info("ACCESS_TOKEN_EXPIRED", service=SERVICE, method=method)
    return SheetsError(HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED", message, details)


def insufficient_scopes(method: str) -> SheetsError:
    """403: the token was asked for without a scope that covers this method."""
    message = "Request had insufficient authentication scopes."
    details = error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", service=SERVICE, method=method)
    return SheetsError(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", message, details)


def service_disabled(project_number: str) -> SheetsError:
    """403: the Sheets API is not enabled in the service account's project."""
    url = f"https://console.developers.google.com/apis/api/{SERVICE}/overview?project={project_number}"
    message = (
        f"Google Sheets API has not been used in project {project_number} before or it is disabled. Enable it by "
        f"visiting {url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate "
        "to our systems and retry."
    )
    info = error_info(
        "SERVICE_DISABLED",
        service=SERVICE,
        serviceTitle="Google Sheets API",
        containerInfo=project_number,
        consumer=f"projects/{project_number}",
        activationUrl=url,
    )
    links = {"@type": HELP, "links": [{"description": "Google developers console API activation", "url": url}]}
    return SheetsError(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", message, info, links)


def rate_limited(*, kind: str, per_user: bool, limit: int, project_number: str) -> SheetsError:
    """429: the quota of this minute is used up. `kind` is `Read` or `Write`; `limit` in requests a minute."""
    quota = f"{kind} requests per minute" + (" per user" if per_user else "")
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{quota}' of service '{SERVICE}' for consumer "
        f"'project_number:{project_number}'."
    )
    info = error_info(
        "RATE_LIMIT_EXCEEDED",
        service=SERVICE,
        consumer=f"projects/{project_number}",
        quota_metric=f"{SERVICE}/{kind.lower()}_requests",
        quota_limit=f"{kind}RequestsPerMinutePer{'User' if per_user else 'Project'}",
        quota_limit_value=str(limit),
        quota_location="global",
        quota_unit="1/min/{project}/{user}" if per_user else "1/min/{project}",
    )
    url = "https://cloud.google.com/docs/quotas/help/request_increase"
    links = {"@type": HELP, "links": [{"description": "Request a higher quota limit.", "url": url}]}
    return SheetsError(HTTPStatus.TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", message, info, links)


def internal() -> SheetsError:
    """500: Google's own trouble."""
    return SheetsError(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL", "Internal error encountered.")


def unavailable() -> SheetsError:
    """503: Google's own trouble, passing. Says nothing about whether a write was applied."""
    message = "The service is currently unavailable."
    return SheetsError(HTTPStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
