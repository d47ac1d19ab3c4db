"""Speaks to an endpoint: OpenAI's chat completions over HTTP. The only file that opens a connection.

An endpoint that refuses a JSON schema is asked for a JSON object, and one that refuses that too for nothing but text; what it takes is
remembered. What may pass (429, 5xx, a connection cut off) is tried again, later each time.
"""
from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from types import TracebackType
from typing import Any

from kg.errors import MissingExtra
from kg.llm.prompt import prompt
from kg.llm.settings import KEY, LanguageModel

TRIES, LATE_TRIES = 4, 2
LONGEST_PAUSE = 30.0        # seconds, whatever an endpoint asks for
LARGEST = 2_000_000         # bytes of a response
MOST_OUT = 8192             # tokens of an answer
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
STEPS = ("schema", "object", "text")


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's message, and how many tokens it took (None where the endpoint does not say)."""

    text: str
    tokens_in: int | None
    tokens_out: int | None


CUT = "cut off"


class Failed(Exception):
    """No answer to one question; its text is the reason. `reply` is what came of it, where it cost something."""

    def __init__(self, reason: str, reply: Reply | None = None) -> None:
        super().__init__(reason)
        self.reply = reply


class Down(Exception):
    """No answer to any question can be had; its text says why, in Chinese and English."""


class Client:
    """Connections to an endpoint; safe to share between threads. Use `with`."""

    def __init__(self, llm: LanguageModel, key: str | None) -> None:
        """Raises MissingExtra when the extra llm is not installed."""
        try:
            import httpx2
        except ImportError as error:
            raise MissingExtra("llm", "Asking a language model") from error
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})}
        # Redirects are not followed, so that the key goes nowhere else; a proxy is never used for this machine.
        # Certificates are loaded only where they are looked at: it takes longer than an answer of this machine.
        self._http = httpx2.Client(
            verify=llm.endpoint.startswith("https:"), headers=headers, timeout=httpx2.Timeout(llm.timeout, connect=min(10.0, llm.timeout)),
            follow_redirects=False, trust_env=not llm.local, limits=httpx2.Limits(max_connections=llm.parallel))
        self._llm, self._key, self._step = llm, key, 0

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def ask(self, question: str) -> Reply:
        """The answer to a question. Raises Failed, or Down where asking on is of no use."""
        for step in range(self._step, len(STEPS)):
            status, body = self._patiently(json.dumps(self._request(question, STEPS[step]), ensure_ascii=True).encode())
            if status == 200:
                self._step = max(self._step, step)
                return self._reply(body)
            if status not in (400, 415, 422, 501):
                break
        raise _refused(status, self._llm)

    def _request(self, question: str, step: str) -> Mapping[str, Any]:
        """A request; the barest one has nothing that some endpoint is known to refuse."""
        messages = [{"role": "system", "content": prompt().system}, {"role": "user", "content": question}]
        request: dict[str, Any] = {"model": self._llm.model, "messages": messages}
        if step == "text":
            return request
        shape = {"name": "letter", "strict": True, "schema": prompt().schema}
        form = {"type": "json_schema", "json_schema": shape} if step == "schema" else {"type": "json_object"}
        return {**request, "temperature": 0, "max_tokens": MOST_OUT, "response_format": form}

    def _patiently(self, body: bytes) -> tuple[int, bytes]:
        """Status and body of the response, tried again where that may help."""
        import httpx2
        for tried in range(1, TRIES + 1):
            wait = None
            try:
                status, found, wait = self._once(body)
            except httpx2.ConnectError:
                if tried >= LATE_TRIES:
                    raise Down(f"语言模型 {self._llm.endpoint} 连接不上。 The language model at {self._llm.endpoint} cannot be reached.") from None
            except (httpx2.TimeoutException, TimeoutError):
                if tried >= LATE_TRIES:
                    raise Failed("too late") from None
            except httpx2.HTTPError:
                if tried >= TRIES:
                    raise Failed("connection lost") from None
            else:
                if status not in AGAIN or tried == TRIES:
                    return status, found
            _pause(tried, wait)
        raise AssertionError("the last try returns or raises")

    def _once(self, body: bytes) -> tuple[int, bytes, float | None]:
        """One request: status, body and the seconds that the endpoint asks to wait. The whole response must come in time, however it drips."""
        until = monotonic() + self._llm.timeout
        with self._http.stream("POST", self._llm.endpoint, content=body, headers={"Content-Type": "application/json"}) as response:
            parts, size = [], 0
            for part in response.iter_raw():
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    raise Failed("too long")
                if monotonic() > until:
                    raise TimeoutError
            return response.status_code, b"".join(parts), _seconds(response.headers.get("retry-after"))

    def _reply(self, body: bytes) -> Reply:
        """The message in a response. Raises Failed when there is none, it is cut off, or it repeats the key."""
        try:
            found = json.loads(body)
            choice = found["choices"][0]
            text, end = choice["message"]["content"], choice.get("finish_reason")
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            raise Failed("no message") from None
        if not isinstance(text, str):
            raise Failed("no message")
        usage = found.get("usage")
        usage = usage if isinstance(usage, dict) else {}
        reply = Reply(text, _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))
        if end == "length":
            raise Failed(CUT, reply)
        if self._key and self._key in text:
            raise Failed("no message", reply)
        return reply


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000_000 else None


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else None


def _pause(tried: int, wait: float | None) -> None:
    """Half a second, one, two …, each somewhat longer by chance, so that many do not come back at once; or what the endpoint asks for."""
    sleep(min(LONGEST_PAUSE, wait if wait is not None else 0.5 * 2 ** (tried - 1) * (1 + random.random() / 2)))


def _refused(status: int, llm: LanguageModel) -> Exception:
    """What a status that is no answer means. The body is not told: some endpoints repeat the key in it."""
    where = llm.endpoint
    if status in (401, 403):
        return Down(f"语言模型 {where} 不接受密钥（{status}），请设 {KEY}。 The language model at {where} refuses the key ({status}): set {KEY}.")
    if status == 404:
        return Down(f"{where} 没有模型 {llm.model}（404）。 There is no model {llm.model} at {where} (404).")
    if status == 402:
        return Down(f"语言模型 {where} 余额不足（402）。 The account at {where} is used up (402).")
    if 300 <= status < 400:
        return Down(f"{where} 转到别处（{status}），请写最终地址。 {where} leads elsewhere ({status}): give the address that it leads to.")
    return Failed(f"status {status}")
