"""Settings from the environment. A value that makes no sense stops the start with a sentence that names it."""

import os
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\]")


class Environment:
    """Typed look-ups in the environment; a variable that is set but empty counts as not set."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def required(self, name: str, why: str) -> str:
        return self.text(name) or _refuse(name, f"must be set: {why}")

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name).lower()
        if value in _YES | _NO:
            return value in _YES
        return _refuse(name, f"must be true or false, not {value!r}") if value else default

    def whole_number(self, name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
        value = self.text(name)
        if not value:
            return default
        if not value.isascii() or not value.isdecimal() or not least <= int(value) <= most:
            _refuse(name, f"must be a whole number from {least} to {most}, not {value!r}")
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).lower()
        return value if value in choices else _refuse(name, f"must be one of {', '.join(choices)}, not {value!r}")

    def hosts(self, name: str, default: tuple[str, ...]) -> list[str]:
        """Host names, comma separated; a lone * is refused, for it would let any name in."""
        hosts = [host.strip() for host in self.text(name).split(",") if host.strip()]
        for host in hosts:
            if not _HOST.fullmatch(host):
                _refuse(name, f"must be host names separated by commas; {host!r} is none")
        return hosts or list(default)

    def origins(self, name: str) -> list[str]:
        """Origins such as https://orders.example.com, comma separated."""
        origins = [origin.strip() for origin in self.text(name).split(",") if origin.strip()]
        for origin in origins:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
                _refuse(name, f"must be origins such as https://orders.example.com; {origin!r} is none")
        return origins

    def origin(self, name: str) -> str:
        """One origin such as https://orders.example.com, or nothing."""
        found = self.origins(name)
        if len(found) > 1 or any("@" in origin for origin in found):
            _refuse(name, "must be one origin such as https://orders.example.com")
        return found[0].rstrip("/") if found else ""

    def redis_url(self, name: str) -> str:
        """The address of a Redis-compatible server, or nothing."""
        value = self.text(name)
        if value:
            parts = self._url(name, value, {"redis", "rediss"}, "redis://host:6379/0")
            if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
                _refuse(name, "must end in a database number, as in redis://host:6379/0")
        return value

    def database(self, name: str) -> dict[str, Any] | None:
        """Django's settings for one PostgreSQL database, or nothing. Query parameters become driver options."""
        value = self.text(name)
        if not value:
            return None
        parts = self._url(name, value, {"postgres", "postgresql"}, "postgresql://user:password@host:5432/name")
        database = unquote(parts.path.removeprefix("/"))
        if not database or "/" in database:
            _refuse(name, "must end in the name of one database, as in postgresql://host:5432/name")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
        }

    @staticmethod
    def _url(name: str, value: str, schemes: set[str], example: str) -> SplitResult:
        try:
            parts = urlsplit(value)
            understood = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            understood = False
        # The value itself may hold a password: it is not repeated.
        return parts if understood else _refuse(name, f"must look like {example}")


def _refuse(name: str, sentence: str) -> NoReturn:
    raise ImproperlyConfigured(f"The environment variable {name} {sentence}.")
