"""Every setting Senim reads from its environment, with its type, default and hint.

`docs/reference/settings.md` tells of each; a house test compares the two.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(SystemExit):
    """A setting cannot be read; the message names it and its fix."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One SENIM_… variable."""

    name: str
    default: str
    hint: str


SETTINGS = (
    Setting(
        "SENIM_DATABASE_URL", "sqlite:///var/senim.sqlite3", "sqlite:///path or postgresql://…"
    ),
    Setting(
        "SENIM_OWNER_DATABASE_URL",
        "",
        "postgresql://… of the role that owns the tables; `senim migrate` works by it",
    ),
    Setting("SENIM_JOB_DATABASE_URL", "", "postgresql://… of senim_job; `senim work` works by it"),
    Setting(
        "SENIM_KEYS_DIR", "var/keys", "a folder only Senim's user can read; `senim init` fills it"
    ),
    Setting("SENIM_SECRET_KEY", "", "overrides the key file; at least 50 characters"),
    Setting("SENIM_ALLOWED_HOSTS", "localhost,127.0.0.1", "host names, comma separated"),
    Setting("SENIM_ORIGIN", "http://localhost:8000", "the address people open, with its scheme"),
    Setting("SENIM_CONTENT_ORIGIN", "http://127.0.0.1:8001", "a cookieless origin for files"),
    Setting("SENIM_NOW", "", "a fixed time (ISO 8601) for tests; never in production"),
    Setting(
        "SENIM_CLOCK_AHEAD",
        "0",
        "seconds a demo's clock is ahead of the machine's; `serve` sets it",
    ),
    Setting(
        "SENIM_BREACHED_PASSWORDS",
        "",
        "a file of SHA-1 hashes ordered by hash; passwords in it are refused",
    ),
    Setting("SENIM_OIDC_ISSUER", "", "the identity provider people may sign in by; empty: none"),
    Setting("SENIM_OIDC_CLIENT_ID", "", "the name the provider knows Senim by"),
    Setting("SENIM_OIDC_CLIENT_SECRET_FILE", "", "a file of mode 0600 with the provider's secret"),
    Setting("SENIM_OIDC_NAME", "", "the provider as people call it, on the button"),
    Setting("SENIM_OIDC_IIN_CLAIM", "iin", "the claim that carries the IIN; empty: links alone"),
    Setting("SENIM_OIDC_STRONG", "", "acr or amr values that count as a second factor, by commas"),
    Setting(
        "SENIM_TRUSTED_PROXIES",
        "127.0.0.0/8,::1/128",
        "networks whose X-Forwarded-For is believed, comma separated",
    ),
    Setting(
        "SENIM_TRACKER_SERVERS",
        "",
        "networks of X-Road security servers that may ask who used a person's data; empty: none",
    ),
    Setting("SENIM_SEAL_EVERY", "4", "seconds between two seals of the record; 1 to 5"),
    Setting("SENIM_DEBUG", "0", "1 shows faults to developers; never in production"),
)
POSTGRESQL_SESSION = ("jit=off", "plan_cache_mode=force_generic_plan")
"""Our questions are many and short: compiling one to machine code, or planning it anew each time,
costs more than running it."""
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def text(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return a setting as text."""
    return environ.get(name, _BY_NAME[name].default)


def flag(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Return a setting that is 0 or 1. Raises BadSetting for anything else."""
    value = text(name, environ)
    if value not in ("0", "1"):
        raise BadSetting(f"{name} is {value!r}: set it to 0 or 1")
    return value == "1"


def seconds(name: str, environ: Mapping[str, str] = os.environ) -> float:
    """Return a setting in seconds, which may be below zero. Raises BadSetting."""
    value = text(name, environ)
    try:
        return float(value)
    except ValueError:
        raise BadSetting(f"{name} is {value!r}: set it to a number of seconds") from None


def seconds_between(least: float, most: float, name: str) -> float:
    """Return a setting in seconds within limits. Raises BadSetting."""
    value = seconds(name)
    if not least <= value <= most:
        raise BadSetting(f"{name} is {value:g}: set it to a number from {least:g} to {most:g}")
    return value


def words(name: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return a comma separated setting."""
    return [word.strip() for word in text(name, environ).split(",") if word.strip()]


def networks(
    name: str, environ: Mapping[str, str] = os.environ
) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return a comma separated setting of networks. Raises BadSetting."""
    try:
        return tuple(ip_network(word) for word in words(name, environ))
    except ValueError as fault:
        raise BadSetting(f"{name}: {fault}; write networks as 10.0.0.0/8") from None


def database(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return Django's database settings for SENIM_DATABASE_URL. Raises BadSetting with the fix."""
    return _by_url("SENIM_DATABASE_URL", environ)


def other_role(name: str, environ: Mapping[str, str] = os.environ) -> dict[str, object] | None:
    """Return the settings of another role's connection; None where the setting is empty."""
    return _by_url(name, environ) if text(name, environ) else None


def _by_url(name: str, environ: Mapping[str, str]) -> dict[str, object]:
    url = text(name, environ)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(unquote(url.removeprefix("sqlite:///")))
        path.parent.mkdir(parents=True, exist_ok=True)
        return _sqlite(path)
    if parts.scheme in ("postgresql", "postgres"):
        query = dict(parse_qsl(parts.query))
        return _postgresql(
            name=parts.path.lstrip("/"),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            host=query.pop("host", parts.hostname or ""),
            port=str(query.pop("port", parts.port or "")),
        )
    raise BadSetting(f"{name} is {url!r}: use sqlite:///path or postgresql://…")


def _sqlite(path: Path) -> dict[str, object]:
    pragmas = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA busy_timeout=5000; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": 10},
    }


def _postgresql(*, name: str, user: str, password: str, host: str, port: str) -> dict[str, object]:
    return {
        "ENGINE": "senim.base.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 1,
            "options": " ".join(f"-c {name}" for name in POSTGRESQL_SESSION),
        },
    }
