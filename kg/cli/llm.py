"""The options of a language model as second reader, and what is said of it before and after a build."""
from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import Command, Sentence
from kg.cli.terminal import clean

if TYPE_CHECKING:
    from kg.llm import LanguageModel
    from kg.llm.asking import Asked, Estimate

REASONS = {
    "not in the text": "原文没有", "no name": "不成名称", "in the way": "与本程序所读冲突", "another class": "类别冲突", "unlikely": "不大可能",
    "no such quote": "引文不在一句之中", "no such end": "引文缺主语或宾语", "classes": "类别不配", "negated": "原文否定", "status": "状态不符",
    "malformed": "格式不对", "unknown term": "词汇表没有",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What the options say of a language model, each by its own name."""

    llm: str | None
    llm_model: str | None
    llm_cache: Path | None
    llm_parallel: int
    llm_timeout: float
    llm_price: tuple[float, float] | None
    llm_budget: float | None
    llm_dry_run: bool
    yes: bool


def llm_options(command: Command) -> Command:
    """The options of a language model; a command takes them together as keyword arguments of `Asking`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--llm", metavar="URL", help="Have each letter read again by a language model at this address, which speaks OpenAI's chat protocol "
                                              "(docs/howto/llm.md). Off by default: nothing leaves the machine."),
    click.option("--llm-model", metavar="NAME", help="The name of that model. With --llm, --model may give it too, where no such file exists."),
    click.option("--llm-cache", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
                 help="Where its answers are kept, so that a rebuild asks nobody; the user's cache folder by default."),
    click.option("--llm-parallel", type=click.IntRange(1, 64), default=4, show_default=True, metavar="N", help="How many requests run at once."),
    click.option("--llm-timeout", type=click.FloatRange(0.1), default=120.0, show_default=True, metavar="SECONDS",
                 help="How long one answer may take."),
    click.option("--llm-price", nargs=2, type=click.FloatRange(0), metavar="IN OUT", help="What a million tokens cost, in and out."),
    click.option("--llm-budget", type=click.FloatRange(0), metavar="AMOUNT",
                 help="Ask no more when this would be passed, in the money of --llm-price, or in tokens without it; letters are read all the same."),
    click.option("--llm-dry-run", is_flag=True, help="Say what asking would take, and do nothing else."),
    click.option("--yes", is_flag=True, help="Do not ask on a terminal before text is sent."),
)


def settled(asking: Asking, model: Path | None) -> tuple[LanguageModel | None, Path | None]:
    """The language model, and the file of our own. Without --llm-model what --model names is the language model, unless there is such a file."""
    from kg.llm import LanguageModel
    if asking.llm is None:
        given = {"--llm-model": asking.llm_model, "--llm-cache": asking.llm_cache, "--llm-price": asking.llm_price,
                 "--llm-budget": asking.llm_budget, "--llm-dry-run": asking.llm_dry_run or None}
        if lone := [name for name, value in given.items() if value is not None]:
            raise Sentence(f"{' and '.join(lone)} without the address of the language model: give it with --llm.")
        return None, model
    name, file = asking.llm_model, model
    if name is None and model is not None and model.suffix != ".model" and not model.exists():
        name, file = model.as_posix(), None
    if name is None:
        raise Sentence("--llm needs the name of the model at that address: give it with --llm-model.")
    return LanguageModel(asking.llm, name, asking.llm_cache, asking.llm_parallel, asking.llm_timeout, asking.llm_price, asking.llm_budget), file


class DryRun(Exception):
    """Raised to end a build before anything is sent."""


def on_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def before(asking: Asking, llm: LanguageModel | None) -> Callable[[Estimate], None]:
    """What is said, and on a terminal asked, before text is sent."""
    def estimated(estimate: Estimate) -> None:
        if llm is None:
            return
        click.echo(f"kg: {_estimate(estimate, llm)}", err=not asking.llm_dry_run)
        if asking.llm_dry_run:
            raise DryRun
        if estimate.asked and not asking.yes and on_terminal():
            click.confirm(f"Send them to {llm.endpoint}?", abort=True, err=True)
    return estimated


def _estimate(estimate: Estimate, llm: LanguageModel) -> str:
    price = "" if estimate.cost is None else f", {estimate.cost:.4g} at the price given"
    return (f"{estimate.asked} of {estimate.sections} sections are to be asked of {clean(llm.model)} at {llm.endpoint}, "
            f"{estimate.cached} have an answer: about {estimate.tokens_in} tokens in and {estimate.tokens_out} out{price}.")


def after(asked: Asked, claims: Mapping[str, int] | None = None) -> list[str]:
    """What came of asking, and of what was claimed, in lines."""
    if asked.stopped and not asked.heard and not asked.tokens_in:
        return [f"{asked.stopped} 结果与不用时相同。 The result is as without it."]
    price = "" if asked.cost is None else f", {asked.cost:.4g} at the price given"
    failed = "".join(f", {number} {reason}" for reason, number in asked.failures.items())
    lines = [f"The language model answered {asked.answered} of {asked.sections} sections, {asked.cached} were answered before{failed}: "
             f"{asked.tokens_in} tokens in and {asked.tokens_out} out{price}."]
    if asked.heard and claims is not None:
        lines.append(_claims(claims))
    if asked.stopped:
        rest = "其余各段只由本程序读。 The other sections were read without it." if asked.heard else "结果与不用时相同。 The result is as without it."
        lines.append(f"{asked.stopped} {rest}")
    return lines


def _claims(claims: Mapping[str, int]) -> str:
    dropped = {name.removeprefix("dropped: "): number for name, number in claims.items() if name.startswith("dropped: ")}
    most = sorted(dropped.items(), key=lambda one: (-one[1], one[0]))
    reasons = ", ".join(f"{number} {reason} {REASONS.get(reason, '')}".rstrip() for reason, number in most)
    return (f"It added {claims.get('names added', 0)} names and {claims.get('facts added', 0)} facts, confirmed {claims.get('names confirmed', 0)} "
            f"and {claims.get('facts confirmed', 0)}; {sum(dropped.values())} claims were dropped{f' ({reasons})' if reasons else ''}.")
