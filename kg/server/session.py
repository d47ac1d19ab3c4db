"""Who may correct in the browser: a signed cookie for those who gave the token, and a word in each form that only this server can have put there.

    cookie      NAME . UNTIL . SIGNATURE       NAME as base64, UNTIL in seconds; HttpOnly, SameSite=Strict, for twelve hours
    word        HMAC of the cookie             in every form (csrf): a page of another site does not know it

The key is made of the token: a server started with another token knows none of the cookies. Nothing is kept on the server.
"""
from __future__ import annotations

import hmac
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

COOKIE, HOURS = "kg_edit", 12
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Session:
    """A person who may correct: the name under which corrections are made, and the word for forms."""

    name: str
    csrf: str


class Sessions:
    """Makes sessions and knows them again."""

    def __init__(self, token: str, secure: bool) -> None:
        self._token, self._secure = token.encode(), secure
        self._key = hmac.digest(self._token, b"zhihan kg serve --edit", "sha256")

    def admits(self, token: str) -> bool:
        """Whether this is the token of the server."""
        return hmac.compare_digest(token.strip().encode(), self._token)

    def cookie(self, name: str) -> str:
        """A new cookie in the name of a person."""
        text = f"{urlsafe_b64encode(name.encode()).decode()}.{int(time.time()) + HOURS * 3600}"
        return f"{text}.{self._sign(text)}"

    def begin(self, response: Response, cookie: str) -> None:
        """Give the browser the cookie."""
        response.set_cookie(COOKIE, cookie, HOURS * 3600, path="/edit", secure=self._secure, httponly=True, samesite="strict")

    def end(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path="/edit", httponly=True, samesite="strict", secure=self._secure)

    def of(self, request: Request) -> Session | None:
        """The session of a request; None without a cookie of this server, or when it is over."""
        return self.known(request.cookies.get(COOKIE, ""))

    def known(self, cookie: str) -> Session | None:
        """The session of a cookie."""
        text, _, sign = cookie.rpartition(".")
        if not hmac.compare_digest(sign.encode(), self._sign(text).encode()):
            return None
        name, _, until = text.partition(".")
        if int(until) < time.time():
            return None
        return Session(urlsafe_b64decode(name).decode(), self._sign(f"csrf {cookie}"))

    def _sign(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()


def from_here(request: Request) -> bool:
    """Whether a form was sent by a page of this server, as far as the browser says (Fetch Metadata)."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def person(name: str) -> str:
    """A name as it is written down: one line of at most 80 characters."""
    return " ".join(_CONTROL.sub(" ", name).split())[:80]
