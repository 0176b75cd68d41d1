"""Service accounts and the OAuth token endpoint that turns their signed JWT into an access token.

https://developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
"""What google-auth writes into every JWT, whatever `token_uri` the key file names."""
LIFETIME = 3600
"""Of an access token, and the longest of a JWT, in seconds."""
CLOCK_SKEW = 300
"""By how much a JWT's times may be off, in seconds."""
PROJECT = "sandbox-project"
PROJECT_NUMBER = "100200300400"


class TokenError(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description

    def response(self) -> web.Response:
        """The answer on the wire."""
        body = {"error": self.error, "error_description": self.description}
        return web.json_response(body, status=HTTPStatus.BAD_REQUEST)


@dataclass(kw_only=True, eq=False)
class ServiceAccount:
    """A service account with one RSA key."""

    email: str
    token_uri: str
    private_key: rsa.RSAPrivateKey = field(repr=False)
    revoked: bool = False
    _key_id: str = field(default_factory=lambda: secrets.token_hex(20), repr=False)

    def key(self) -> dict[str, str]:
        """The key file's contents, as the Google Cloud console hands them out."""
        private_key = self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": self._key_id,
            "private_key": private_key.decode(),
            "client_email": self.email,
            "client_id": "100000000000000000000",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": self.token_uri,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{self.email}",
            "universe_domain": "googleapis.com",
        }

    def write_key(self, path: Path) -> None:
        """Write the key file, for its owner's eyes only."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.key(), indent=2) + "\n", encoding="utf-8")

    def revoke(self) -> None:
        """Delete the key: no new tokens, and those already given out end at once."""
        self.revoked = True

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Whether this account's key made the signature (RS256)."""
        try:
            self.private_key.public_key().verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return not self.revoked


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    """What a bearer token stands for. `expires` is in seconds since the epoch."""

    account: ServiceAccount
    scopes: frozenset[str]
    expires: float


@dataclass(kw_only=True, eq=False)
class Accounts:
    """All service accounts and the access tokens given to them. `clock` gives seconds since the epoch."""

    clock: Callable[[], float]
    by_email: dict[str, ServiceAccount] = field(default_factory=dict)
    _tokens: dict[str, AccessToken] = field(default_factory=dict)

    def add(self, token_uri: str, private_key: rsa.RSAPrivateKey | None = None) -> ServiceAccount:
        """A new service account, with a new key if none is given."""
        email = f"tracker-{len(self.by_email) + 1}@{PROJECT}.iam.gserviceaccount.com"
        account = ServiceAccount(email=email, token_uri=token_uri, private_key=private_key or new_key())
        self.by_email[email] = account
        return account

    def find(self, token: str) -> AccessToken | None:
        """What a bearer token stands for, if it is still good."""
        found = self._tokens.get(token)
        return found if found and found.expires > self.clock() and not found.account.revoked else None

    def grant(self, form: dict[str, str]) -> dict[str, Any]:
        """Answer one request to the token endpoint.

        Raises:
            TokenError: The JWT is not acceptable.
        """
        if form.get("grant_type") != GRANT_TYPE:
            raise TokenError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        account, claims = self._verified(form.get("assertion", ""))
        if claims.get("aud") not in {AUDIENCE, account.token_uri}:
            raise TokenError("invalid_grant", "Invalid JWT: Failed audience check.")
        self._check_times(claims)
        scopes = frozenset(str(claims.get("scope") or "").split())
        if not scopes:
            raise TokenError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        token = f"ya29.c.{secrets.token_urlsafe(32)}"
        self._tokens[token] = AccessToken(account=account, scopes=scopes, expires=self.clock() + LIFETIME)
        return {"access_token": token, "expires_in": LIFETIME - 1, "token_type": "Bearer"}

    def _verified(self, assertion: str) -> tuple[ServiceAccount, dict[str, Any]]:
        try:
            header, payload, signature = (_decoded(part) for part in assertion.split("."))
            algorithm = json.loads(header)["alg"]
            claims: dict[str, Any] = json.loads(payload)
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise TokenError("invalid_grant", "Bad Request") from None
        account = self.by_email.get(str(claims.get("iss")))
        if account is None:
            raise TokenError("invalid_grant", "Invalid grant: account not found")
        text = assertion.rpartition(".")[0].encode()
        if algorithm != "RS256" or not account.signed(text, signature):
            raise TokenError("invalid_grant", "Invalid JWT Signature.")
        return account, claims

    def _check_times(self, claims: dict[str, Any]) -> None:
        issued, expires = claims.get("iat"), claims.get("exp")
        now = self.clock()
        if (
            not isinstance(issued, int | float)
            or not isinstance(expires, int | float)
            or issued > now + CLOCK_SKEW
            or expires < now - CLOCK_SKEW
            or expires - issued > LIFETIME
        ):
            raise TokenError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check "
                "your iat and exp values in the JWT claim.",
            )


def new_key() -> rsa.RSAPrivateKey:
    """A fresh RSA key, half as long as Google's: it protects nothing, and each start of a bot takes it apart."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
