"""How a test signs in: a browser nobody used, an authenticator app, the faults of a page."""

import base64
import hashlib
import hmac
import re
import struct
import time
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client

from senim.people.models import Account
from tests.cast import PASSWORD

NEW = "үш кездейсоқ сөз"
SIGN_IN, SECOND, SET_UP = "/sign-in/", "/second-factor/", "/second-factor/set-up/"


SPARE, CARD, CHANGE = "/second-factor/spare-codes/", "/first-card/", "/password/"


HOUR = timedelta(hours=1)


def visitor(**headers: str) -> Client:
    """Return a browser nobody has used, reading English."""
    client = Client(**headers)  # type: ignore[arg-type]
    client.cookies["senim_language"] = "en"
    return client


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": login, "password": password, **more})


def signed_in_as(client: Client) -> str | None:
    """Return the sign-in name of who is signed in, read from the session itself."""
    account_id = client.session.get("_auth_user_id")
    return Account.objects.get(id=account_id).username if account_id else None


def totp(secret: str, *, at: float | None = None) -> str:
    """Return the code an authenticator app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def wrong(code: str) -> str:
    return f"{(int(code) + 123_456) % 1_000_000:06d}"


def secret_on(page: str) -> str:
    """Return the key a set-up page prints for typing by hand."""
    found = re.search(r'class="signin-secret">(.*?)</p>', page)
    assert found
    return "".join(re.findall(r"<span>(\w+)</span>", found[1]))


def faults_on(page: str) -> list[str]:
    """Return what the error summary says."""
    summary = page.partition('id="faults"')[2].partition("</div>")[0]
    return [unescape(words) for words in re.findall(r'<a href="#\w+">(.*?)</a>', summary)]


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set a second factor up; return its secret and the spare codes."""
    secret = secret_on(client.get(SET_UP).content.decode())
    answer = client.post(SET_UP, {"code": totp(secret)}, follow=True)
    codes = re.findall(r"<li>(\d{4}) (\d{4})</li>", answer.content.decode())
    return secret, ["".join(pair) for pair in codes]


def next_code(secret: str) -> str:
    """Return a code that is good now and was not the one used to set up."""
    return totp(secret, at=time.time() + 30)
