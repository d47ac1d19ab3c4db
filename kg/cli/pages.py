"""The pages of `kg show` as text for a terminal."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from kg.cli.terminal import cells, clean, pad, table, wrap
from kg.cli.words import both
from kg.show import CorrectionLine, EntityPage, FactLine, FigureLine, LetterPage

NOTHING: Mapping[str, str] = MappingProxyType({})
INDENT = 2
STATUS = 14             # cells of the longest status


def page_text(page: EntityPage | LetterPage, width: int, names: bool = False, called: Mapping[str, str] = NOTHING) -> str:
    """A page in lines of at most `width` cells; with `names`, the forms of an entity that were merged and why instead of the facts.

    `called` gives the words of terms, by their names or what they are called in one language (Ontology.called).
    """
    pages = _Pages(width, called)
    if isinstance(page, LetterPage):
        return "\n".join(pages.letter(page))
    return "\n".join(pages.names(page) if names else pages.entity(page))


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages of one width."""

    width: int
    called: Mapping[str, str]

    def entity(self, page: EntityPage) -> Iterator[str]:
        yield from self._head(page)
        if not (page.facts or page.figures):
            yield from ("", "没有关于它的事实或数据 No fact and no figure is said of it.")
        yield from self._facts(page.facts, page.name)
        yield from self._figures(page.figures, page.name)
        yield from self._inferred(page)
        yield from self._corrected(page.corrections)

    def _head(self, page: EntityPage) -> Iterator[str]:
        yield f"{clean(page.name)}   {' · '.join(page.classes)}"
        letters = [f"{name} ({number})" for name, number in page.letters]
        yield from self._labelled({"also": page.names, "in": page.places, "letters": letters, "links": page.links, "iri": [page.iri]})

    def names(self, page: EntityPage) -> Iterator[str]:
        yield from self._head(page)
        yield ""
        heads = [both(head) for head in ("form", "taken for it by", "times", "letter")]
        yield table(heads, [(f.form, both(f.reason), str(f.count), f.letter) for f in page.forms], self.width)

    def letter(self, page: LetterPage) -> Iterator[str]:
        yield clean(page.name)
        yield from self._labelled({**dict(page.data), "iri": [page.iri]})
        yield ""
        heads = [both(head) for head in ("entity", "class", "mentions")]
        yield table(heads, [(name, self.called.get(kind, kind), str(number)) for name, kind, number in page.entities], self.width)
        yield from self._facts(page.facts, None)
        yield from self._figures(page.figures, None)
        yield from self._corrected(page.corrections)

    def _labelled(self, data: dict[str, Sequence[str]]) -> Iterator[str]:
        column = max(cells(both(label)) for label, values in data.items() if values) + 2
        for label, values in data.items():
            if values:
                lines = wrap(clean(" · ".join(values)), max(20, self.width - column - INDENT))
                yield f"{' ' * INDENT}{pad(both(label), column)}{lines[0]}"
                yield from (" " * (INDENT + column) + line for line in lines[1:])

    def _facts(self, facts: Sequence[FactLine], about: str | None) -> Iterator[str]:
        """The facts under their predicates; `<-` marks those in which the entity of the page is the object."""
        for (_, label, forward), group in groupby(facts, key=lambda f: (f.predicate, f.label, f.forward)):
            yield ""
            yield label if forward else f"<- {label} （它是宾语 it is the object）"
            for fact in group:
                yield from self._fact(fact, about)

    def _fact(self, fact: FactLine, about: str | None) -> Iterator[str]:
        said = f"{fact.subject} -> {fact.object}" if about is None else fact.object if fact.forward else fact.subject
        more = [fact.time, fact.amount, fact.role, f"@ {fact.place}" if fact.place else ""]
        yield f"  {pad(self.called.get(fact.status, fact.status), STATUS)}  {clean(said)}" + "".join(f"  {clean(part)}" for part in more if part)
        yield from self._quote(fact.letter, fact.quote)

    def _figures(self, figures: Sequence[FigureLine], about: str | None) -> Iterator[str]:
        if figures:
            yield ""
            yield "数据 figures"
        for f in figures:
            subject = "" if about is not None else f"{f.subject}: "
            yield f"  {pad(f.time or '-', 10)} {clean(subject + f.indicator)}  {f.value} {clean(f.unit)}".rstrip()
            yield from self._quote(f.letter, f.quote)

    def _inferred(self, page: EntityPage) -> Iterator[str]:
        """What rules added, apart from what letters state: with its reasons where it is about this entity, else the others by name."""
        if page.inferred or page.restated:
            yield ""
            yield f"推断 inferred by rules, stated by no letter{f' ({page.restated} more in other words)' if page.restated else ''}"
        for (rule, label, forward), group in groupby(page.inferred, key=lambda f: (f.rule, f.label, f.forward)):
            yield f"  {'' if forward else '<- '}{label}   [{rule}]"
            lines = list(group)
            if not forward:
                yield from (f"    {line}" for line in wrap(clean(" · ".join(line.other for line in lines)), max(30, self.width - 4)))
                continue
            for one in lines:
                reasons = " + ".join(one.reasons[:3]) + (f" + {len(one.reasons) - 3} more" if len(one.reasons) > 3 else "")
                first, *rest = wrap(clean(f"{one.other}  因 from {reasons}"), max(30, self.width - 6))
                yield from (f"    {first}", *(f"      {line}" for line in rest))

    def _corrected(self, corrections: Sequence[CorrectionLine]) -> Iterator[str]:
        """What people corrected, and why."""
        if corrections:
            yield ""
            yield "更正 corrected"
        for one in corrections:
            said = clean(f"{one.kind}  {one.says}  [{one.by} {one.when}: {one.why}]  {one.id}")
            yield from (f"  {line}" for line in wrap(said, max(30, self.width - 2)))

    def _quote(self, letter: str, quote: str) -> Iterable[str]:
        indent = " " * (STATUS + 4)
        return (indent + line for line in wrap(clean(f"{letter}「{' '.join(quote.split())}」"), max(30, self.width - len(indent))))
