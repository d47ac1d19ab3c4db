"""HTTP to one server: tried again when it fails for a while, with a name or a token, and a sentence for what cannot be helped."""
from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import TracebackType

from kg.errors import MissingExtra, RemoteError

try:
    import httpx2 as httpx
except ImportError as error:
    raise MissingExtra("remote", "Speaking to another server") from error

BUSY = frozenset({408, 425, 429, 502, 503, 504})        # worth asking again, whatever was asked
FAULTS = BUSY | {500}                                   # for what may be done twice and was no question
LONGEST = 30.0                                          # seconds between two tries, at most
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Access:
    """How a server is spoken to: as whom, how long an answer may take (seconds), and how often a failed request is sent again.

    The name and password are only sent to a server that asks for them, by Basic or Digest (RFC 7617, 7616); the token always (RFC 6750).
    """

    user: str | None = None
    password: str | None = None
    token: str | None = None
    timeout: float = 60.0
    retries: int = 5


class Client:
    """A client of one server. `waits` is called with the seconds between two tries; `transport` stands in the place of the network."""

    def __init__(self, access: Access | None = None, *, transport: httpx.BaseTransport | None = None,
                 waits: Callable[[float], None] = time.sleep) -> None:
        self.access = access or Access()
        headers = {"User-Agent": "zhihan", **({"Authorization": f"Bearer {self.access.token}"} if self.access.token else {})}
        auth = Challenged(self.access.user, self.access.password or "") if self.access.user is not None else None
        self._http = httpx.Client(auth=auth, headers=headers, timeout=self.access.timeout, transport=transport, verify=_certificates())
        self._waits, self._answered = waits, False

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def send(self, method: str, url: str, *, params: Mapping[str, str] | None = None, content: bytes | None = None, form: Fields | None = None,
             headers: Mapping[str, str] | None = None, again: Collection[int] = FAULTS, fine: Collection[int] = ()) -> httpx.Response:
        """The answer, when it is a success or its status is among the `fine`; RemoteError when it is none and trying again did not help.

        Statuses in `again` and broken connections are tried again, each time after twice as long; whatever is sent must be fit to be
        done twice. What takes too long is tried again only when 500 is, too: a question would take as long again.
        """
        target = httpx.URL(url, params={**dict(httpx.URL(url).params), **(params or {})})
        body, kind = (_form(form), {"Content-Type": "application/x-www-form-urlencoded"}) if form is not None else (content, {})
        for tried in range(self.access.retries + 1):        # the last try ends the loop, or raises
            last = tried == self.access.retries
            try:
                answer = self._http.request(method, target, content=body, headers={**kind, **(headers or {})})
            except (httpx.TransportError, httpx.InvalidURL) as error:
                if last or self._hopeless(error, again):
                    raise RemoteError(_unreached(error, url, self.access.timeout)) from error
                self._waits(_pause(tried))
                continue
            self._answered = True
            if last or answer.status_code not in again:
                break
            self._waits(_pause(tried, answer.headers.get("retry-after", "")))
        if not answer.is_success and answer.status_code not in fine:
            raise RemoteError(refused(answer, url, self.access))
        return answer

    def _hopeless(self, error: Exception, again: Collection[int]) -> bool:
        """Whether another try is no use: a wrong address, a server that was never there, a question that takes too long."""
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return not self._answered
        return isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol) or (isinstance(error, httpx.TimeoutException) and 500 not in again)


class Challenged(httpx.Auth):
    """A name and a password, given in the way that the server asks for, and not before it asks."""

    def __init__(self, user: str, password: str) -> None:
        self._basic, self._digest = httpx.BasicAuth(user, password), httpx.DigestAuth(user, password)
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._chosen is None:
            answer = yield request
            if answer.status_code != 401:
                return
            self._chosen = self._digest if "digest" in answer.headers.get("www-authenticate", "").lower() else self._basic
        yield from self._chosen.auth_flow(request)


def refused(answer: httpx.Response, url: str, access: Access) -> str:
    """What a status means, as a sentence."""
    status, said = answer.status_code, words(answer)
    because = f": {said}" if said else ""
    if status == 401:
        who = f"the name {access.user!r} with this password" if access.user is not None else "this token" if access.token else None
        return f"The server does not take {who} at {url} (401): give the right one." if who else \
            f"The server asks who you are at {url} (401): give --user and --password, or --token."
    if status == 403:
        return f"The server forbids this at {url} (403{because}): ask for the right to it, or name another address."
    if status in (404, 405, 501):
        return f"There is nothing at {url} that does this ({status}{because}): check the address."
    if status == 413:
        return f"The server takes no request of this size at {url} (413{because}): send smaller parts."
    if answer.is_redirect:
        return f"The server at {url} sends on to {answer.headers.get('location', 'another address')} ({status}): give that address."
    return f"The server at {url} answers with {status}{because}: {'try again later.' if status >= 500 else 'change what is asked.'}"


def words(answer: httpx.Response) -> str:
    """The first words of an answer without its markup; nothing when there are none."""
    body = answer.text[:4000]
    if "html" in answer.headers.get("content-type", ""):
        body = re.sub(r"<head.*?</head>|<[^>]*>", " ", body, flags=re.DOTALL)
    return " ".join(body.split())[:200].rstrip(" .")


def _unreached(error: Exception, url: str, timeout: float) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"No server can be reached at {url} within {timeout:g} s: check the address and the network."
    if isinstance(error, httpx.TimeoutException):
        return f"The server at {url} does not answer within {timeout:g} s: ask for less, or give a longer --timeout."
    if isinstance(error, httpx.ConnectError):
        return f"No server can be reached at {url} ({error}): check the address, and that the server runs."
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return f"{url!r} is no address of a server: give one such as http://127.0.0.1:8080/sparql."
    return f"The connection to {url} breaks ({str(error).rstrip('.') or type(error).__name__}): try again when the server runs."


def _pause(tried: int, asked: str = "") -> float:
    """Seconds until the next try: twice as long each time, or as long as the server asks for."""
    return min(LONGEST, float(asked) if asked.isdigit() else 0.5 * 2 ** tried)


@cache
def _certificates() -> ssl.SSLContext:
    """The certificates of this machine, read once."""
    return httpx.create_ssl_context()


def _form(fields: Fields) -> bytes:
    return str(httpx.QueryParams(list(fields))).encode()
