"""What a letter's graph says once it is corrected. A pure function of the letter's quads and of the corrections in force.

    names      splits, then merges and new names: mentions, facts, figures and the letter's own data follow
    classes    the readings of mentions; the store settles the entity's class from the corrections themselves
    facts      wrong, changed, missing; figures in the same way
    hidden     last, so that what was corrected can be hidden
    notes      only say that they are there

Each thing that was corrected says by which corrections (kg:correctedBy); what is gone, the letter says for it. Names in a correction may be those
that the letter reads or those that others were merged into.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg import iris
from kg.curate.checks import Corrections
from kg.curate.figures import change_figure, in_base_units, matching_figures, new_figure
from kg.curate.model import Correction
from kg.curate.rdf import BY
from kg.curate.sheet import ABOUT, AMOUNT, BY_HAND, CERTAIN, ENDS, FACT, ROLE, SENTENCE, Said, Sheet, bare, clothed, entities
from kg.curate.spell import in_class, put_time, says_time
from kg.mapping import ALT, CLASS_REF, FIELD, FOUND, OBJECT, PLACE, PREDICATE, QUOTED, REF, STATED, STATUS, SUBJECT, SURE, TYPE, ZH, term
from kg.model import SYMMETRIC
from kg.spans import Span

NOT_QUOTED = "函中没有这段原文 the quoted words are not in the letter"
NOT_SAID = {"fact": "函中没有这条事实 the letter states no such fact", "figure": "函中没有这项数据 the letter gives no such figure"}


def not_named(name: str) -> str:
    """Why a correction of an entity does not hold in a letter."""
    return f"函中未提及 {name} the letter does not name {name}"


@dataclass(frozen=True, slots=True)
class Curated:
    """What the graph says (`quads`), what was taken out of the bare letter and put in, and which corrections were used."""

    quads: frozenset[ox.Quad]
    withdrawn: frozenset[ox.Quad] = frozenset()
    added: frozenset[ox.Quad] = frozenset()
    used: tuple[str, ...] = ()


def curated(quads: Iterable[ox.Quad], graph: ox.NamedNode, corrections: Corrections, base: str = iris.BASE) -> Curated:
    """The letter's quads (as extraction gives them) with the corrections in force; the same quads when none concerns it."""
    quads = frozenset(quads)
    work = _worked(quads, graph, corrections, base)
    if work is None or not work.used:
        return Curated(quads)
    for one in work.sheet.said:
        if one.amount:
            in_base_units(one)
    before, after = bare(quads), work.sheet.quads()
    return Curated(frozenset(clothed(after, base)), frozenset(before - after), frozenset(after - before), tuple(sorted(work.used)))


def missed(quads: Iterable[ox.Quad], graph: ox.NamedNode, corrections: Corrections, base: str = iris.BASE) -> dict[str, str]:
    """Why corrections that may concern a letter do not hold in it: id -> reason."""
    work = _worked(frozenset(quads), graph, corrections, base)
    return work.missed if work else {}


def _worked(quads: frozenset[ox.Quad], graph: ox.NamedNode, corrections: Corrections, base: str) -> _Work | None:
    """The letter with the corrections at work; None when none concerns it."""
    letter = iris.letter_of_graph(graph.value, base)
    if not corrections or letter is None or not quads:
        return None
    if not corrections.concerns(letter, (iris.name_of(node.value, base) or "" for node in entities(quads))):
        return None
    work = _Work(Sheet.of(bare(quads), graph, base), corrections)
    work.run(corrections.for_letter(letter))
    return work


@dataclass(slots=True)
class _Work:
    """One letter at work."""

    sheet: Sheet
    corrections: Corrections
    used: set[str] = field(default_factory=set)
    missed: dict[str, str] = field(default_factory=dict)

    def run(self, items: list[Correction]) -> None:
        """The passes, in order; within one the order of ids."""
        hiding = [one for one in items if one.kind == "hide"]
        passes: tuple[tuple[str, Callable[[Correction], str]], ...] = (
            ("split", self.split), ("class", self.set_class), ("wrong", self.wrong), ("change", self.change), ("missing", self.missing))
        for kind, act in passes:
            self._each([one for one in items if one.kind == kind], act)
            if kind == "split":
                self.names()
        self._each([one for one in items if one.kind == "note"], self.note)
        self._each([one for one in hiding if one.target != "name"], self.wrong)
        self._each([one for one in hiding if one.target == "name"], self.hide)

    def _each(self, items: list[Correction], act: Callable[[Correction], str]) -> None:
        for one in items:
            why_not = act(one)
            if why_not:
                self.missed[one.id] = why_not
            else:
                self.used.add(one.id)

    def mark(self, one: Correction, *nodes: ox.NamedNode | Said) -> None:
        """Say at these nodes that they were corrected."""
        by = ox.NamedNode(iris.correction_iri(one.id, self.sheet.base))
        for node in nodes:
            if isinstance(node, Said):
                node.props.setdefault(BY, set()).add(by)
            else:
                self.sheet.add(node, BY, by)

    # names

    def names(self) -> None:
        """Merges and new names."""
        for name in sorted(set(self.corrections.renamed()) & self.sheet.names()):
            old, new = self.sheet.entity(name), self.sheet.entity(self.corrections.name(name))
            way = self.corrections.way(name)
            self.sheet.replace(old, new, known_as=name if way[0].kind == "merge" else None)
            for one in way:
                if one.kind == "merge" and (between := one.new("name")) != self.sheet.name(new):
                    self.sheet.add(new, ALT, ox.Literal(between, language=ZH))
                self.mark(one, new)
                self.used.add(one.id)

    def split(self, one: Correction) -> str:
        sheet, old, new = self.sheet, self.sheet.entity(one.names[0]), self.sheet.entity(one.new("name"))
        words = one.about("quote")
        if not sheet.has(old):
            return not_named(one.names[0])
        spans = sheet.where(words)
        if words and not spans:
            return NOT_QUOTED
        kinds = in_class(one.new("class")) or sheet.readings(old)
        mentions = self._inside(sheet.mentions(old), spans) if words else sheet.mentions(old)
        said = [fact for fact in sheet.said if any(old in fact.props.get(prop, ()) for prop in ENDS)]
        if words:
            sentences = set(sheet.sentences(spans))
            said = [part for fact in said if (part := self._part(fact, sentences))]
            if not mentions and not said:
                return f"原文未提及 {one.names[0]} the quoted words say nothing of {one.names[0]}"
        for mention in sorted(mentions, key=str):
            sheet.move(mention, new)
            sheet.nodes[mention][CLASS_REF] = set(kinds)
        for fact in said:
            sheet.exchange(fact, old, new)
            self.mark(one, fact)
        if not words:
            self._own_data(old, new)
        if not sheet.mentions(new):
            sheet.nodes.setdefault(new, {})[CLASS_REF] = set(kinds)
        if not sheet.mentions(old) and not self._spoken_of(old):
            sheet.nodes.pop(old, None)
        elif not sheet.mentions(old):
            sheet.nodes.setdefault(old, {}).setdefault(CLASS_REF, set(kinds))
        self.mark(one, new)
        return ""

    def _inside(self, mentions: set[ox.NamedNode], spans: list[Span]) -> set[ox.NamedNode]:
        """The mentions within the quoted words; where there is none, those of their sentences."""
        at = {node: span for node in mentions if (span := self.sheet.span(node))}
        inside = {node for node, own in at.items() if any(one.covers(own) for one in spans)}
        wider = [span for node in self.sheet.sentences(spans) if (span := self.sheet.span(node))]
        return inside or {node for node, own in at.items() if any(one.covers(own) for one in wider)}

    def _part(self, fact: Said, sentences: set[ox.NamedNode]) -> Said | None:
        """The fact as far as these sentences say it; cut off from it where others say it too."""
        quoted = fact.props.get(QUOTED, set())
        within = {node for node in quoted if node in sentences}
        if not within:
            return None
        if within == quoted:
            return fact
        fact.props[QUOTED] = quoted - within
        part = Said(fact.node, {**{prop: set(values) for prop, values in fact.props.items()}, QUOTED: within}, changed=True)
        self.sheet.said.append(part)
        return part

    def _own_data(self, old: ox.NamedNode, new: ox.NamedNode) -> None:
        """Who issued the letter, for which place …"""
        props = self.sheet.nodes.get(self.sheet.node, {})
        for prop, values in props.items():
            if old in values:
                props[prop] = (values - {old}) | {new}

    def _spoken_of(self, entity: ox.NamedNode) -> bool:
        return any(entity in values for one in self.sheet.said if not one.gone for values in one.props.values()) or any(
            entity in values for values in self.sheet.nodes.get(self.sheet.node, {}).values())

    def set_class(self, one: Correction) -> str:
        node = self.sheet.entity(self.corrections.name(one.names[0]))
        if not self.sheet.has(node):
            return not_named(one.names[0])
        for mention in self.sheet.mentions(node):
            self.sheet.nodes[mention][CLASS_REF] = in_class(one.new("class"))
        if not self.sheet.mentions(node):
            self.sheet.nodes[node][CLASS_REF] = in_class(one.new("class"))
        self.mark(one, node)
        return ""

    # facts and figures

    def found(self, one: Correction) -> list[Said]:
        """The facts or figures that a correction refers to."""
        live = [said for said in self.sheet.said if not said.gone]
        if one.target == "figure":
            return matching_figures(self.sheet, one, live, self.corrections.name)
        ends = [self.sheet.entity(self.corrections.name(one.about(key))) for key in ("subject", "object")]
        orders = [ends, ends[::-1]] if one.about("predicate") in SYMMETRIC else [ends]
        sentences = self._quoted(one)
        return [said for said in live if said.is_fact and term(f"kg:{one.about('predicate')}") in said.props.get(PREDICATE, ())
                and [said.one(SUBJECT), said.one(OBJECT)] in orders
                and (not one.about("status") or said.text(STATUS).endswith(f"#{one.about('status').capitalize()}"))
                and (not one.about("time") or says_time(said, one.about("time")))
                and (sentences is None or sentences & said.props.get(QUOTED, set()))]

    def _quoted(self, one: Correction) -> set[ox.NamedNode] | None:
        """The sentences with the quoted words; None without a quote."""
        return set(self.sheet.sentences(self.sheet.where(one.about("quote")))) if one.about("quote") else None

    def _none(self, one: Correction) -> str:
        """Why nothing was found."""
        if one.about("quote") and not self.sheet.where(one.about("quote")):
            return NOT_QUOTED
        for key in ("subject", "object"):
            name = self.corrections.name(one.about(key))
            if name and not self.sheet.has(self.sheet.entity(name)):
                return not_named(one.about(key))
        return NOT_SAID[one.target] + self._near(one)

    def _near(self, one: Correction) -> str:
        """Facts of this predicate that share an end with what was looked for."""
        wanted = [self.corrections.name(one.about(key)) for key in ("subject", "object")]
        said = [(*(self.sheet.name(said.one(prop)) for prop in (SUBJECT, OBJECT)), said.text(STATUS)) for said in self.sheet.said
                if said.is_fact and not said.gone and term(f"kg:{one.about('predicate')}") in said.props.get(PREDICATE, ())]
        near = sorted(f"{subject} {one.about('predicate')} {object_} {status.rpartition('#')[2].lower()}" for subject, object_, status in said
                      if subject == wanted[0] or object_ == wanted[1])
        return f"; 相近 near: {', '.join(near[:2])}" if near else ""

    def wrong(self, one: Correction) -> str:
        found = self.found(one)
        for said in found:
            said.gone = True
        if found:
            self.mark(one, self.sheet.node)
        return "" if found else self._none(one)

    def change(self, one: Correction) -> str:
        found = self.found(one)
        for said in found:
            (change_figure if one.target == "figure" else self._change_fact)(said, one)
            said.put(SURE, CERTAIN)
            self.mark(one, said)
        return "" if found else self._none(one)

    def _change_fact(self, said: Said, one: Correction) -> None:
        for key, value in one.to:
            if key == "status":
                said.put(STATUS, term(f"kg:{value.capitalize()}"))
            elif key == "time":
                put_time(said, value)
            elif key == "place":
                node = self.sheet.entity(self.corrections.name(value))
                said.put(PLACE, *([node] if value != "-" and self.sheet.has(node) else []))
            elif key == "amount":
                said.put(AMOUNT, *([ox.Literal(value)] if value != "-" else []))
            elif key == "role":
                said.put(ROLE, *([ox.Literal(value, language=ZH)] if value != "-" else []))

    def missing(self, one: Correction) -> str:
        spans = self.sheet.where(one.about("quote"))
        if not spans:
            return NOT_QUOTED
        for key in ("subject", "object"):
            lacking = self._present(one, key, spans[0]) if one.about(key) else ""
            if lacking:
                return lacking
        quotes = self.sheet.sentences(spans[:1]) or [self.sheet.stretch(spans[0], SENTENCE)]
        said = new_figure(self.sheet, one, self.corrections.name) if one.target == "figure" else self._new_fact(one)
        said.props |= {STATED: {self.sheet.node}, QUOTED: set(quotes), SURE: {CERTAIN}, FOUND: {BY_HAND}}
        if one.about("time"):
            put_time(said, one.about("time"))
        self.mark(one, said)
        self.sheet.said.append(said)
        return ""

    def _present(self, one: Correction, key: str, near: Span) -> str:
        """Have an end of a fact in the letter: as it is read, as the quote or the text writes it, or without a mention; why not otherwise."""
        name = self.corrections.name(one.about(key))
        node, sheet = self.sheet.entity(name), self.sheet
        if sheet.has(node):
            return ""
        kinds = in_class(one.new(f"{key}-class"))
        if not kinds:
            return f"{not_named(name)}; 请给出 give {key}-class"
        taken = [span for other in sheet.nodes if REF in sheet.nodes[other] and (span := sheet.span(other))]
        places = [span for span in sheet.where(name) if not any(span.overlaps(other) for other in taken)]
        place = next((span for span in places if near.covers(span)), next(iter(places), None))
        if place is not None:
            sheet.mention(place, node, kinds)
        else:
            sheet.nodes.setdefault(node, {})[CLASS_REF] = kinds
        self.mark(one, node)
        return ""

    def _new_fact(self, one: Correction) -> Said:
        def entity(name: str) -> set[ox.NamedNode | ox.Literal]:
            node = self.sheet.entity(self.corrections.name(name))
            return {node} if name and self.sheet.has(node) else set()
        said = Said(self.sheet.node, {
            TYPE: {FACT}, SUBJECT: entity(one.about("subject")), PREDICATE: {term(f"kg:{one.about('predicate')}")},
            OBJECT: entity(one.about("object")), STATUS: {term(f"kg:{one.about('status').capitalize()}")},
            PLACE: entity(one.new("place")), FIELD: entity(one.new("field"))}, changed=True)
        if one.new("amount"):
            said.put(AMOUNT, ox.Literal(one.new("amount")))
        if one.new("role"):
            said.put(ROLE, ox.Literal(one.new("role"), language=ZH))
        return said

    # entities and the letter

    def hide(self, one: Correction) -> str:
        sheet, node = self.sheet, self.sheet.entity(self.corrections.name(one.names[0]))
        if not sheet.has(node):
            return not_named(one.names[0])
        for mention in sorted(sheet.mentions(node), key=str):
            sheet.forget(mention)
        for said in sheet.said:
            if any(node in said.props.get(prop, ()) for prop in (SUBJECT, OBJECT, ABOUT)):
                said.gone = True
            for prop in (PLACE, FIELD):
                if node in said.props.get(prop, ()):
                    said.put(prop, *(said.props[prop] - {node}))
        sheet.nodes.pop(node, None)
        for props in sheet.nodes.values():
            for prop, values in props.items():
                props[prop] = values - {node}
        self.mark(one, sheet.node)
        return ""

    def note(self, one: Correction) -> str:
        if one.target == "letter":
            self.mark(one, self.sheet.node)
            return ""
        if one.target == "name":
            node = self.sheet.entity(self.corrections.name(one.names[0]))
            if not self.sheet.has(node):
                return not_named(one.names[0])
            self.mark(one, node)
            return ""
        found = self.found(one)
        self.mark(one, *found)
        return "" if found else self._none(one)
