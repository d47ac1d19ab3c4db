"""Asks a model about all sections of many letters, before any is read: what it costs, what came of it. Reading takes answers from the cache.

    letters -> sections -> those without an answer -> budget -> requests, several at once -> cache
"""
from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from queue import Queue

from kg.llm.answer import BadAnswer, read_answer
from kg.llm.cache import Cache, kept
from kg.llm.client import CUT, MOST_OUT, Client, Down, Failed, Reply
from kg.llm.prompt import prompt
from kg.llm.sections import Section, halves, question, sections
from kg.llm.settings import LanguageModel, key
from kg.model import Letter

OUT_SHARE, OUT_LEAST = 2.5, 20      # tokens of an answer for each character of the text (so many in 40 letters with gold), and of an empty one
GIVE_UP = 5                         # sections in a row without an answer: then nobody else is asked
Told = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What asking would take: sections in all, those that the cache answers, tokens, and their price (None without one)."""

    sections: int
    cached: int
    tokens_in: int
    tokens_out: int
    cost: float | None

    @property
    def asked(self) -> int:
        return self.sections - self.cached


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: sections in all, those that the cache answered, those that the model did; tokens and price; why the others have no answer.

    `stopped` says, in Chinese and English, why the rest was not asked; None when all were.
    """

    sections: int = 0
    cached: int = 0
    answered: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    failures: Mapping[str, int] = field(default_factory=dict)
    stopped: str | None = None

    @property
    def heard(self) -> int:
        """Sections that have an answer."""
        return self.cached + self.answered


@dataclass(frozen=True, slots=True)
class Question:
    """A section of a letter to ask about."""

    letter: Letter
    section: Section

    @property
    def text(self) -> str:
        return question(self.letter, self.section)

    @property
    def tokens_in(self) -> int:
        return _overhead() + tokens(self.text)

    @property
    def tokens_out(self) -> int:
        return int(OUT_LEAST + OUT_SHARE * len(self.section.span))

    def parts(self) -> list[Question]:
        """Questions about its halves; none where it has none."""
        return [Question(self.letter, part) for part in halves(self.letter, self.section) or ()]


@cache
def _overhead() -> int:
    """The tokens that every question takes: the instructions and the schema."""
    return tokens(prompt().system) + tokens(str(dict(prompt().schema)))


def tokens(text: str) -> int:
    """About how many tokens a text is: one for each Chinese character, a quarter for others. Models differ by a third either way."""
    wide = sum(char > "\u2e7f" for char in text)
    return wide + (len(text) - wide + 3) // 4


def questions(letters: Iterable[Letter], llm: LanguageModel) -> Iterator[tuple[Question, bool]]:
    """All questions about letters, each once, and whether the cache has the answer."""
    answers, seen = Cache(llm.folder, llm.model), set[str]()
    for letter in letters:
        for section in sections(letter):
            name = answers.key(question(letter, section))
            if name not in seen:
                seen.add(name)
                yield Question(letter, section), bool(kept(answers, letter, section))


def estimate(letters: Iterable[Letter], llm: LanguageModel) -> Estimate:
    """What asking about letters would take. Nothing is sent."""
    total = cached = before = after = 0
    for one, known in questions(letters, llm):
        total, cached = total + 1, cached + known
        if not known:
            before, after = before + one.tokens_in, after + one.tokens_out
    return Estimate(total, cached, before, after, llm.cost(before, after) if llm.price else None)


def ask(letters: Iterable[Letter], llm: LanguageModel, told: Told | None = None) -> Asked:
    """Ask about every section that has no answer yet, and keep the answers. Never raises for what the endpoint does.

    Raises InputError for a key that cannot be sent or a cache that cannot be written, MissingExtra without the extra llm.
    """
    secret = key(os.environ)
    work = _Work(llm)
    todo: Queue[Question | None] = Queue(2 * llm.parallel)
    threads: list[threading.Thread] = []
    with ExitStack() as opened:
        for one, known in questions(letters, llm):
            work.count(known)
            if known:
                continue
            if not threads:
                threads = _started(work, todo, opened.enter_context(Client(llm, secret)))
            if told:
                told(work.heard, work.sections, one.letter.source.name)
            todo.put(one)
        for _ in threads:
            todo.put(None)
        for thread in threads:
            thread.join()
    return work.done()


def _started(work: _Work, todo: Queue[Question | None], client: Client) -> list[threading.Thread]:
    """Threads that ask what is put before them. They are daemons: whoever stops the program need not wait for an answer."""
    threads = [threading.Thread(target=work.serve, args=(todo, client), daemon=True) for _ in range(work.llm.parallel)]
    for thread in threads:
        thread.start()
    return threads


class _Work:
    """What is known while sections are asked about, shared by the threads that ask."""

    def __init__(self, llm: LanguageModel) -> None:
        self.llm, self._cache, self._lock = llm, Cache(llm.folder, llm.model), threading.Lock()
        self.sections = self._cached = self._answered = self._in = self._out = self._row = 0
        self._spent = self._reserved = 0.0
        self._failures: Counter[str] = Counter()
        self._stopped: str | None = None
        self._error: BaseException | None = None

    @property
    def heard(self) -> int:
        return self._cached + self._answered

    def count(self, known: bool) -> None:
        """One more section, with an answer or without."""
        self.sections, self._cached = self.sections + 1, self._cached + known

    def serve(self, todo: Queue[Question | None], client: Client) -> None:
        """Ask what comes, until None does. What goes wrong in the program itself, or with the cache, is kept for `done` to raise."""
        while (one := todo.get()) is not None:
            try:
                self._answer(one, client)
            except BaseException as error:
                self._error = self._error or error
                self.stop("停止。 Stopped.")

    def _answer(self, one: Question, client: Client) -> None:
        """Ask about a section, and count what came of it."""
        reason = self._ask(one, client)
        with self._lock:
            if reason is None:
                self._answered, self._row = self._answered + 1, 0
            elif reason:
                self._failed(reason)

    def _ask(self, one: Question, client: Client) -> str | None:
        """Ask one question, twice where the answer cannot be used, in halves where it is cut off; why it has none ("" where asking has ended)."""
        reason = ""
        for _ in range(2):
            if not self._reserve(one):
                return ""
            reply = None
            try:
                reply = client.ask(one.text)
                read_answer(reply.text)
                self._cache.put(self._cache.key(one.text), reply.text)
                return None
            except Down as error:
                self.stop(str(error))
                return ""
            except BadAnswer as error:
                reason = str(error)
            except Failed as error:
                reply, reason = error.reply, str(error)
                break
            finally:
                self._settle(one, reply)
        return self._in_parts(one, client) if reason == CUT else reason

    def _in_parts(self, one: Question, client: Client) -> str | None:
        """Ask about the halves of a section; the first reason why one has no answer."""
        for part in one.parts():
            reason = self._ask(part, client)
            if reason is not None:
                return reason
        return None if one.parts() else CUT

    def stop(self, why: str) -> None:
        """Nothing more is asked; the first reason counts."""
        with self._lock:
            self._stopped = self._stopped or why

    def _most(self, one: Question) -> float:
        """The most that a question may cost."""
        return self.llm.cost(one.tokens_in, MOST_OUT)

    def _reserve(self, one: Question) -> bool:
        with self._lock:
            if self._stopped:
                return False
            budget = self.llm.budget
            if budget is not None and self._spent + self._reserved + self._most(one) > budget:
                self._stopped = f"语言模型的预算 {budget:g} 不够再问一段。 The budget of {budget:g} does not allow one more section."
                return False
            self._reserved += self._most(one)
            return True

    def _settle(self, one: Question, reply: Reply | None) -> None:
        """What was spent in the place of what was reserved; estimated where the endpoint does not say. A failure may have cost what it read."""
        before = one.tokens_in if reply is None or reply.tokens_in is None else reply.tokens_in
        after = 0 if reply is None else reply.tokens_out if reply.tokens_out is not None else tokens(reply.text)
        with self._lock:
            self._reserved -= self._most(one)
            self._spent += self.llm.cost(before, after)
            if reply is not None:
                self._in, self._out = self._in + before, self._out + after

    def _failed(self, reason: str) -> None:
        self._failures[reason] += 1
        self._row += 1
        if self._row >= GIVE_UP and not self._stopped:
            self._stopped = (f"语言模型 {self.llm.endpoint} 连续 {GIVE_UP} 段没有可用的回答（{reason}）。 "
                             f"The language model at {self.llm.endpoint} gave no usable answer to {GIVE_UP} sections in a row ({reason}).")

    def done(self) -> Asked:
        """What came of it. Raises what went wrong on this side."""
        if self._error is not None:
            raise self._error
        cost = self.llm.cost(self._in, self._out) if self.llm.price else None
        return Asked(self.sections, self._cached, self._answered, self._in, self._out, cost, dict(sorted(self._failures.items())), self._stopped)


