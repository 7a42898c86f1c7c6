"""A real OpenID Connect server for the tests, as a process of its own on the loopback address.

It is oidc-provider-mock (MIT) behind a door that demands PKCE, which it leaves out, and that can be
told to spoil an answer: `python -m tests.oidc_server PORT [FAULT]`.
"""

import base64
import hashlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

Environ = dict[str, Any]
Start = Callable[..., Any]


class Door:
    """The server's WSGI app, with PKCE (RFC 7636, S256) at its door."""

    def __init__(self, app: Any, fault: str) -> None:
        self.app = app
        self.fault = fault
        self.challenges: dict[str, str] = {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer, after PKCE was looked at."""
        path = environ["PATH_INFO"]
        if path.endswith("/authorize") and not self._challenge(environ):
            return _refuse(start, "code_challenge is missing")
        if path.endswith("/token"):
            return self._token(environ, start)
        if path.endswith("/jwks") and self.fault == "jwks":
            return self._other_keys(environ, start)
        if path.endswith("openid-configuration") and self.fault:
            return self._discovery(environ, start)
        told: list[Any] = []

        def heard(*given: Any) -> Any:
            told.append(given)
            return start(*given)

        answer = list(self.app(environ, heard))
        location = dict(told[0][1]).get("Location", "") if told else ""
        code = parse_qs(urlsplit(location).query).get("code", [""])[0]
        if code:
            self.challenges[code] = self._challenge(environ)
        return answer

    def _challenge(self, environ: Environ) -> str:
        asked = parse_qs(environ["QUERY_STRING"])
        fits = asked.get("code_challenge_method") == ["S256"]
        return asked.get("code_challenge", [""])[0] if fits else ""

    def _token(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if self.fault == "token_500":
            start("500 Broken", [])
            return [b""]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        form = parse_qs(body.decode())
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        given = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if self.challenges.pop(form.get("code", [""])[0], "") != given:
            return _refuse(start, "invalid_grant")
        return list(self.app({**environ, "wsgi.input": BytesIO(body)}, start))

    def _other_keys(self, environ: Environ, start: Start) -> Iterable[bytes]:
        told = json.loads(b"".join(self.app(environ, lambda *_: None)))
        for key in told["keys"]:
            key["n"] = key["n"][:-9] + "A" * 8 + key["n"][-1]
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]

    def _discovery(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if self.fault == "slow":
            time.sleep(8)
        if self.fault == "no_discovery":
            start("503 Away", [])
            return [b""]
        if self.fault == "html":
            start("200 OK", [("Content-Type", "text/html")])
            return [b"<h1>Maintenance</h1>"]
        told = json.loads(b"".join(self.app(environ, lambda *_: None)))
        if self.fault == "issuer":
            told["issuer"] = "https://evil.example"
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]


def _refuse(start: Start, error: str) -> Iterable[bytes]:
    start("400 Bad Request", [("Content-Type", "application/json")])
    return [json.dumps({"error": error}).encode()]


class Quiet(WSGIRequestHandler):
    """Say nothing of requests."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def serve(port: int, fault: str) -> None:
    """Serve until killed."""
    app = oidc_provider_mock.app(require_nonce=True)
    with make_server("127.0.0.1", port, Door(app, fault), handler_class=Quiet) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
