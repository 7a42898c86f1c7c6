"""OpenID Connect as a relying party: authorization code with PKCE, state and nonce.

Everything a provider says is checked: that its discovery names the issuer asked, that the answer
belongs to this browser's question, and the token's signature, issuer, audience, time and nonce. No
answer is waited for longer than three seconds in all.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt

PATIENCE = 2.5
"""Seconds for all questions to the provider of one page."""
LARGEST = 200_000
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")


class ProviderDown(Exception):
    """The provider does not answer in time, or not as a provider."""


class AnswerRefused(Exception):
    """What came back is not the answer to the question asked."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows us by."""

    issuer: str
    client_id: str
    secret: str
    returns_to: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is kept of a question until it is answered."""

    state: str
    nonce: str
    verifier: str


class _Staying(HTTPRedirectHandler):
    """Follow no redirect: a provider's documents stand where it says they do."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = build_opener(_Staying)


class Conversation:
    """The questions to a provider of one page, which share its patience."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._until = time.monotonic() + PATIENCE
        self.told = self._discover()

    def address(self, question: Question, *, again: bool = False) -> str:
        """Return where the browser goes to be asked who one is. again: even if it knows."""
        digest = hashlib.sha256(question.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.returns_to,
            "scope": "openid profile",
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": _plain(digest),
            "code_challenge_method": "S256",
            **({"prompt": "login"} if again else {}),
        }
        address = str(self.told["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def claims(self, code: str, question: Question) -> Mapping[str, Any]:
        """Return what the provider says of who signed in. Raises AnswerRefused, ProviderDown."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.returns_to,
            "client_id": self.client.client_id,
            "code_verifier": question.verifier,
        }
        if self.client.secret:
            form["client_secret"] = self.client.secret
        answer = self._fetch(self.told["token_endpoint"], form)
        return self._weighed(str(answer.get("id_token", "")), question)

    def _weighed(self, token: str, question: Question) -> Mapping[str, Any]:
        keys = self._fetch(self.told["jwks_uri"])
        try:
            header = jwt.get_unverified_header(token)
            key = self._key(keys, header.get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token,
                key=key,
                algorithms=list(ALGORITHMS),
                issuer=self.client.issuer,
                audience=self.client.client_id,
                leeway=60,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, KeyError) as fault:
            raise AnswerRefused(str(fault)) from None
        if not secrets.compare_digest(str(claims.get("nonce", "")), question.nonce):
            raise AnswerRefused("nonce")
        if claims.get("azp", self.client.client_id) != self.client.client_id:
            raise AnswerRefused("azp")
        return claims

    def _key(self, keys: Mapping[str, Any], kid: object) -> Any:
        found = [key for key in keys.get("keys", ()) if kid is None or key.get("kid") == kid]
        if len(found) != 1:
            raise AnswerRefused("kid")
        return jwt.PyJWK(found[0]).key

    def _discover(self) -> Mapping[str, Any]:
        told = self._fetch(f"{self.client.issuer}/.well-known/openid-configuration")
        if str(told.get("issuer", "")).rstrip("/") != self.client.issuer:
            raise ProviderDown("its discovery names another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._fits(str(told.get(name, ""))):
                raise ProviderDown(f"its discovery has no {name} of use")
        return told

    def _fits(self, address: str) -> bool:
        """Say whether an address is as safe as the issuer's own."""
        scheme = urlsplit(address).scheme
        return scheme == "https" or (scheme == "http" and self.client.issuer.startswith("http:"))

    def _fetch(self, address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Return a JSON object. Raises ProviderDown; AnswerRefused for a code it does not take."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise ProviderDown("time is up")
        body = urlencode(form).encode() if form is not None else None
        asked = Request(address, data=body, headers={"Accept": "application/json"})  # noqa: S310 - http(s) alone: see _fits
        try:
            with _opener.open(asked, timeout=left) as answer:
                found = json.loads(self._read(answer))
        except HTTPError as refused:
            refused.close()
            if form is not None and refused.code in (400, 401):
                raise AnswerRefused("the provider does not take the code") from None
            raise ProviderDown(f"it answers {refused.code}") from None
        except (OSError, ValueError) as fault:
            raise ProviderDown(type(fault).__name__) from None
        if not isinstance(found, dict):
            raise ProviderDown("it does not answer with an object")
        return found

    def _read(self, answer: Any) -> bytes:
        """Return an answer read within what is left of the patience, byte by byte if need be."""
        found = b""
        while piece := answer.read1(65_536):
            found += piece
            if len(found) > LARGEST or time.monotonic() > self._until:
                raise ProviderDown("it answers too long")
        return found


def new_question() -> Question:
    """Return a question nobody can guess."""
    return Question(*(secrets.token_urlsafe(32) for _ in range(3)))


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
