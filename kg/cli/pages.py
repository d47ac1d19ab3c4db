"""The pages of `kg show` as text for a terminal."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from kg.cli.terminal import clean, pad, table, wrap
from kg.show import CorrectionLine, EntityPage, FactLine, FigureLine, LetterPage

INDENT = 2


def page_text(page: EntityPage | LetterPage, width: int, names: bool = False) -> str:
    """A page in lines of at most `width` cells; with `names`, the forms that were merged and why instead of the facts."""
    if isinstance(page, LetterPage):
        return "\n".join(_letter(page, width))
    return "\n".join(_names(page, width) if names else _entity(page, width))


def _entity(page: EntityPage, width: int) -> Iterator[str]:
    yield from _head(page, width)
    if not (page.facts or page.figures):
        yield from ("", "没有关于它的事实或数据 No fact and no figure is said of it.")
    yield from _facts(page.facts, width, page.name)
    yield from _figures(page.figures, width, page.name)
    yield from _inferred(page, width)
    yield from _corrected(page.corrections, width)


def _head(page: EntityPage, width: int) -> Iterator[str]:
    yield f"{clean(page.name)}   {' · '.join(page.classes)}"
    letters = [f"{name} ({number})" for name, number in page.letters]
    yield from _labelled({"also": page.names, "in": page.places, "letters": letters, "links": page.links, "iri": [page.iri]}, width)


def _names(page: EntityPage, width: int) -> Iterator[str]:
    yield from _head(page, width)
    yield ""
    yield table(("form", "taken for it by", "times", "letter"), [(f.form, f.reason, str(f.count), f.letter) for f in page.forms], width)


def _letter(page: LetterPage, width: int) -> Iterator[str]:
    yield clean(page.name)
    yield from _labelled({**dict(page.data), "iri": [page.iri]}, width)
    yield ""
    yield table(("entity", "class", "mentions"), [(name, kind, str(number)) for name, kind, number in page.entities], width)
    yield from _facts(page.facts, width, None)
    yield from _figures(page.figures, width, None)
    yield from _corrected(page.corrections, width)


def _labelled(data: dict[str, Sequence[str]], width: int) -> Iterator[str]:
    column = max(len(label) for label, values in data.items() if values) + 2
    for label, values in data.items():
        if values:
            lines = wrap(clean(" · ".join(values)), max(20, width - column - INDENT))
            yield f"{' ' * INDENT}{pad(label, column)}{lines[0]}"
            yield from (" " * (INDENT + column) + line for line in lines[1:])


def _facts(facts: Sequence[FactLine], width: int, about: str | None) -> Iterator[str]:
    """The facts under their predicates; `<-` marks those in which the entity of the page is the object."""
    for (_, label, forward), group in groupby(facts, key=lambda f: (f.predicate, f.label, f.forward)):
        yield ""
        yield f"{'' if forward else '<- '}{label}"
        for fact in group:
            yield from _fact(fact, width, about)


def _fact(fact: FactLine, width: int, about: str | None) -> Iterator[str]:
    said = f"{fact.subject} -> {fact.object}" if about is None else fact.object if fact.forward else fact.subject
    more = [fact.time, fact.amount, fact.role, f"@ {fact.place}" if fact.place else ""]
    yield f"  {pad(fact.status.lower(), 9)}  {clean(said)}" + "".join(f"  {clean(part)}" for part in more if part)
    yield from _quote(fact.letter, fact.quote, width)


def _figures(figures: Sequence[FigureLine], width: int, about: str | None) -> Iterator[str]:
    if figures:
        yield ""
        yield "数据 figures"
    for f in figures:
        subject = "" if about is not None else f"{f.subject}: "
        yield f"  {pad(f.time or '-', 10)} {clean(subject + f.indicator)}  {f.value} {clean(f.unit)}".rstrip()
        yield from _quote(f.letter, f.quote, width)


def _inferred(page: EntityPage, width: int) -> Iterator[str]:
    """What rules added, apart from what letters state: with its reasons where it is about this entity, else the others by name."""
    if page.inferred or page.restated:
        yield ""
        yield f"推断 inferred by rules, stated by no letter{f' ({page.restated} more in other words)' if page.restated else ''}"
    for (rule, label, forward), group in groupby(page.inferred, key=lambda f: (f.rule, f.label, f.forward)):
        yield f"  {'' if forward else '<- '}{label}   [{rule}]"
        lines = list(group)
        if not forward:
            yield from (f"    {line}" for line in wrap(clean(" · ".join(line.other for line in lines)), max(30, width - 4)))
            continue
        for one in lines:
            reasons = " + ".join(one.reasons[:3]) + (f" + {len(one.reasons) - 3} more" if len(one.reasons) > 3 else "")
            first, *rest = wrap(clean(f"{one.other}  因 from {reasons}"), max(30, width - 6))
            yield from (f"    {first}", *(f"      {line}" for line in rest))


def _corrected(corrections: Sequence[CorrectionLine], width: int) -> Iterator[str]:
    """What people corrected, and why."""
    if corrections:
        yield ""
        yield "更正 corrected"
    for one in corrections:
        yield from (f"  {line}" for line in wrap(clean(f"{one.kind}  {one.says}  [{one.by} {one.when}: {one.why}]  {one.id}"), max(30, width - 2)))


def _quote(letter: str, quote: str, width: int) -> Iterable[str]:
    indent = " " * 13
    return (indent + line for line in wrap(clean(f"{letter}「{' '.join(quote.split())}」"), max(30, width - len(indent))))
