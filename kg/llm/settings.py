"""Which model is asked, where, how hard, and for how much at most."""
from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import InputError

KEY = "ZHIHAN_LLM_KEY"
"""The variable of the environment that holds the key of the endpoint; it is sent there and nowhere kept."""
MOST_PARALLEL = 64


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A language model that reads letters a second time, behind an address that speaks OpenAI's chat protocol.

    `url` is the endpoint (http://localhost:11434/v1), `model` its name there. `cache` is the folder of answers (the user's cache folder when
    None), `parallel` how many requests run at once, `timeout` the seconds that one answer may take. `price` is that of a million tokens in and
    of a million out; `budget` the most that may be spent, in the money of `price`, or in tokens where no price is given. Raises InputError for
    what cannot be meant. The key is read from ZHIHAN_LLM_KEY when the model is asked.
    """

    url: str
    model: str
    cache: Path | None = None
    parallel: int = 4
    timeout: float = 120.0
    price: tuple[float, float] | None = None
    budget: float | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"{_shown(self.url)} is no address of a language model: give one such as http://localhost:11434/v1.")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise InputError(f"The address of a language model holds no key, query or fragment: put the key into {KEY}, and give the address alone.")
        if not self.model.strip() or not self.model.isprintable():
            raise InputError("A language model needs its name: give it with --llm-model.")
        if not 1 <= self.parallel <= MOST_PARALLEL:
            raise InputError(f"Between 1 and {MOST_PARALLEL} requests can run at once, not {self.parallel}.")
        if self.timeout <= 0 or (self.budget is not None and self.budget < 0) or (self.price is not None and min(self.price) < 0):
            raise InputError("A time, a price and a budget are numbers from 0 up, a time more than 0.")

    @property
    def endpoint(self) -> str:
        """The address that is asked: `url` with the path of chat completions, as far as it lacks it."""
        url = self.url.rstrip("/")
        if url.endswith("/chat/completions"):
            return url
        return f"{url}/chat/completions" if urlsplit(url).path else f"{url}/v1/chat/completions"

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine."""
        return urlsplit(self.url).hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def folder(self) -> Path:
        """Where answers are kept."""
        return self.cache if self.cache is not None else default_cache(os.environ)

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """What tokens cost, in the unit of `budget`."""
        return (tokens_in + tokens_out) if self.price is None else (tokens_in * self.price[0] + tokens_out * self.price[1]) / 1e6


def _shown(url: str) -> str:
    """An address without what may be a password."""
    return repr(re.sub(r"//[^/@]*@", "//…@", url.partition("?")[0])[:200])


def default_cache(environ: Mapping[str, str]) -> Path:
    """The user's folder for answers: by the XDG base directory specification, or where the system keeps caches."""
    if environ.get("XDG_CACHE_HOME"):
        root = Path(environ["XDG_CACHE_HOME"])
    elif sys.platform == "win32":
        root = Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        root = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return root / "zhihan" / "llm"


def key(environ: Mapping[str, str]) -> str | None:
    """The key of the endpoint, None without one. Raises InputError when it cannot be sent."""
    value = environ.get(KEY, "").strip()
    if value and not (value.isascii() and value.isprintable() and " " not in value):
        raise InputError(f"The key in {KEY} has characters that no key has: set it again.")
    return value or None
