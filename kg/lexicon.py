"""What is known without any letter: names of places, universities, organs …, read from `ontology/lexicon/*.tsv`.

`ontology/names/*.tsv` has more names: letters are read with them too, but the graph has such an entity only where a letter names it.

A name is either complete (it stands by itself: 天津大学, 港大) or local (it is understood only at a place: 经开区,
和平区). Lookups ignore the width of ASCII characters: 香港科技大学(广州) finds 香港科技大学（广州）.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from kg.errors import KnowledgeError
from kg.finder import Finder
from kg.model import CLASSES, Level

FULL = re.compile("[！-～　]")
HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
COUNTRY = "中国"
LEVELS: Mapping[str, Level] = {
    "Country": "country",
    "Province": "province", "AutonomousRegion": "province", "Municipality": "province", "SpecialAdministrativeRegion": "province",
    "City": "city", "Prefecture": "city",
    "District": "district", "County": "district", "CountyCity": "district",
}
ORDER: Mapping[Level, int] = {"country": 0, "province": 1, "city": 2, "district": 3}
COLUMNS = ("name", "names", "local", "class", "place", "wikidata", "code")
RULES = ("organs", "classes")          # files of the folder that hold no names
LONGEST = 40                            # characters that a division's name may have, its parents' included
REMEMBERED = 1 << 16                    # divisions looked up that are remembered: an archive asks for some forty new ones with each letter


class Entry(NamedTuple):        # made in a fifth of the time of a frozen dataclass, and there are tens of thousands
    """A known name: `kind` is its main class, `fine` a finer one, `place` where it lies, `code` that of GB/T 2260.

    `told` says whether the graph tells of it even where no letter names it.
    """

    name: str
    names: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    kind: str = "Place"
    fine: str | None = None
    place: str | None = None
    wikidata: str | None = None
    code: str | None = None
    told: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A known form in a text, characters `start` to `end`; not `complete` when it needs a place to be understood."""

    start: int
    end: int
    form: str
    complete: bool


def shipped() -> Path:
    """The folder of the knowledge that comes with the program: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "_ontology"
    return inside if inside.is_dir() else package.parent / "ontology"


def plain(form: str) -> str:
    """The form with ASCII characters in half width, as lookups compare it."""
    return form.translate(HALF) if FULL.search(form) else form


class Lexicon:
    """The known names and how they are found. Immutable once made; safe to share between threads, not picklable."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index the entries; of two with one canonical name the later counts."""
        self._entries = {entry.name: entry for entry in entries}
        self._keys = {key: name for name in self._entries if (key := plain(name)) != name}
        self._named: dict[str, tuple[Entry, ...]] = {}
        self._local: dict[str, tuple[Entry, ...]] = {}
        self._divisions: dict[str, tuple[Entry, ...]] = {}
        self._index()
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._found: dict[tuple[str, str | None], str | None] = {}
        self._tails = {form[-1:] for form in self._divisions}
        self._initials = self._one_character()
        self._finder = Finder({**self._named, **self._local})

    @classmethod
    def load(cls, *directories: Path) -> Lexicon:
        """The shipped lexicon, and those of further directories, whose entries add to it or replace its own."""
        finer = read_classes(shipped() / "lexicon" / "classes.tsv")
        more = read_entries(shipped() / "names", finer, told=False)
        return cls(chain(more, (entry for directory in (shipped() / "lexicon", *directories) for entry in read_entries(directory, finer))))

    def told(self) -> Iterator[Entry]:
        """The entries that the graph tells of even where no letter names them, and the places where these lie."""
        places = {name for entry in self if entry.told and entry.place for name in (entry.place, *self.ancestors(entry.place))}
        return (entry for entry in self if entry.told or entry.name in places)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, name: str) -> Entry | None:
        """The entry with this canonical name."""
        key = plain(name)
        return self._entries.get(self._keys.get(key, key))

    def named(self, form: str) -> tuple[Entry, ...]:
        """The entries of which `form` is the name or a complete alias."""
        key = plain(form)
        known = self._named.get(key)
        if known is None:
            name = self._nested(key, None) if key[-1:] in self._tails else None
            known = (self._entries[name],) if name is not None else ()
        return known

    def owners(self, form: str) -> tuple[Entry, ...]:
        """The entries that `form` may stand for, by complete names or, failing these, by local ones."""
        return self._named.get(plain(form)) or self._local.get(plain(form), ())

    def local(self, form: str, place: str | None) -> Entry | None:
        """What `form` (经开区) stands for at `place` or the nearest place around it; None when unknown or ambiguous.

        Outside the province nothing is local; for a letter of the whole country (or without a place) a form with one
        owner only is understood.
        """
        return self._nearest(self._local.get(plain(form), ()), place)

    def matches(self, text: str) -> list[Match]:
        """All known forms in the text, complete and local, leftmost and longest first; they do not overlap.

        A division with its parents before it is one form (广州南沙, 江西省浮梁县), and complete. `form` has ASCII in half width.
        """
        found: list[Match] = []
        text = text.translate(HALF)
        for start, end in self._finder.find(text):
            form = text[start:end]
            if found and found[-1].end == start and self._joins(found[-1].form, form):
                start, form = found[-1].start, found.pop().form + form
            found.append(Match(start, end, form, form in self._named or form not in self._local))
        return found

    def ancestors(self, place: str) -> tuple[str, ...]:
        """The places around `place`, nearest first: 浮梁县 -> (景德镇市, 江西省, 中国)."""
        known = self._ancestors.get(place)
        if known is None:
            entry = self.entry(place)
            above = entry.place if entry is not None else None
            known = () if above is None or above == place else (above, *self.ancestors(above))
            self._ancestors[place] = known
        return known

    def level(self, place: str) -> Level | None:
        """Whether the place is a country, province, city or district; None for regions and what is no place."""
        entry = self.entry(place)
        return LEVELS.get(entry.fine) if entry is not None and entry.fine is not None else None

    def division(self, form: str, within: str | None = None) -> str | None:
        """The division that a full or stripped name means in a letter of `within`: 和平区 within 天津市 -> 天津市和平区.

        The name may carry its parents (广州南沙, 江西省浮梁县). Without context a stripped name of a district is unknown.
        """
        key = (plain(form), within)
        found = self._found.get(key, "")
        if found == "":
            found = self._division(key[0], within)
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[key] = found
        return found

    def stripped(self, place: str) -> str:
        """A division's own name without its level word: 天津市 -> 天津, 天津市和平区 -> 和平, 广西壮族自治区 -> 广西."""
        entry = self.entry(place)
        if entry is None:
            return place
        return next((name for name in entry.names if 1 < len(name) < 4), place) if "自治" in place else _stripped(entry)[-1]

    def initial(self, char: str, within: str | None = None) -> str | None:
        """The place of a one-character name: 津 -> 天津市.

        A city's that others share (宁, 通) is read in a letter of that city or of its province `within`; there it comes
        before a province's (苏 in a letter of 苏州市). The first character of a district's or city's own name serves in its own letters.
        """
        chain = self._chain(within) if within is not None else ()
        for around in chain:
            if self._is_initial(char, around):
                return around
        if char in self._initials:
            return self._initials[char]
        near = [e.name for around in chain[-1:] for e in self._local.get(char, ()) if around in self.ancestors(e.name)]
        return near[0] if len(near) == 1 else None

    def _is_initial(self, char: str, place: str) -> bool:
        entry = self.entry(place)
        if entry is None or entry.fine not in LEVELS:
            return False
        return char in entry.names or char in entry.local or (self._depth(entry) > 1 and _last(entry).startswith(char))

    def _joins(self, left: str, right: str) -> bool:
        """Whether `left` and `right`, side by side in a text, name one division (江苏吴江), the second in the first."""
        return left in self._divisions and right in self._divisions and self._nested(left + right, None, len(left)) is not None

    def _index(self) -> None:
        named = self._named
        for entry in self._entries.values():
            forms = _plains((entry.name, *entry.names))
            if entry.local or entry.fine in LEVELS:
                forms = self._of_place(entry, forms)
            for form in forms:
                named[form] = (*named[form], entry) if form in named else (entry,)

    def _of_place(self, entry: Entry, forms: tuple[str, ...]) -> tuple[str, ...]:
        """Index an entry's local forms, and a division's forms as such; those that remain are complete."""
        local = _plains(entry.local)
        for form in local:
            self._local[form] = (*self._local.get(form, ()), entry)
        if entry.fine in LEVELS:
            for form in dict.fromkeys((*forms, *local, *_plains(_stripped(entry)))):
                self._divisions[form] = (*self._divisions.get(form, ()), entry)
        return tuple(form for form in forms if form not in local)

    def _one_character(self) -> dict[str, str]:
        """The one-character names that are understood everywhere, those of provinces before those of cities and countries."""
        rank = {"province": 0, "city": 1}
        short = (e for form, entries in (*self._named.items(), *self._local.items()) if len(form) == 1 for e in entries)
        owners = sorted(((rank.get(LEVELS.get(e.fine or "", "district"), 2), form, e.name) for e in set(short)
                         for form in (*e.names, *(e.local if self._depth(e) == 1 else ())) if len(form) == 1), reverse=True)
        return {form: name for _, form, name in owners}

    def _chain(self, place: str | None) -> tuple[str, ...]:
        if place is None:
            return (COUNTRY,)
        return tuple(x for x in (place, *self.ancestors(place)) if x != COUNTRY) or (COUNTRY,)

    def _nearest(self, owners: tuple[Entry, ...], place: str | None) -> Entry | None:
        """The one owner that lies in the nearest place around `place` that holds any; the higher of several wins."""
        for around in self._chain(place) if owners else ():
            inside = [e for e in owners if e.name == around or around in self.ancestors(e.name) or around == COUNTRY]
            if inside:
                return self._highest(inside, around)
        return None

    def _highest(self, entries: list[Entry], around: str) -> Entry | None:
        best = min(map(self._depth, entries))
        top = [e for e in entries if self._depth(e) == best]
        if len(top) > 1:
            top = [e for e in top if e.place == around]
        return top[0] if len(top) == 1 else None

    def _depth(self, entry: Entry) -> int:
        return ORDER.get(LEVELS.get(entry.fine or "", "district"), 3)

    def _division(self, form: str, within: str | None) -> str | None:
        owners = self._divisions.get(form, ())
        provinces = [e for e in owners if self._depth(e) <= 1]
        if provinces:
            return provinces[0].name
        found = self._nearest(owners, within) if within is not None else None
        if found is None:
            known = [e for e in self.named(form) if e in owners] or ([e for e in owners if form == _last(e)] if owners else [])
            found = self._highest(known, COUNTRY) if known else None
        return found.name if found is not None else self._nested(form, within)

    def _nested(self, form: str, within: str | None, at: int = 0) -> str | None:
        """The division that stands in `form` after its parents; `at` is the only place where the two may meet, 0 any."""
        if len(form) > LONGEST:
            return None
        for cut in (at,) if at else range(len(form) - 2, 1, -1):
            above = self.division(form[:cut], within)
            if above is not None and above != COUNTRY:
                inside = self.division(form[cut:], above)
                if inside is not None and above in self.ancestors(inside):
                    return inside
        return None


def _plains(forms: tuple[str, ...]) -> tuple[str, ...]:
    """The forms as lookups compare them, each once."""
    if FULL.search("".join(forms)):
        forms = tuple(map(plain, forms))
    return tuple(dict.fromkeys(forms)) if len(forms) > 1 else forms


def _last(entry: Entry) -> str:
    """A district's own name without its city: 和平区 of 天津市和平区."""
    return entry.name.removeprefix(entry.place) if entry.place and entry.name != entry.place else entry.name


def _stripped(entry: Entry) -> tuple[str, ...]:
    """A division's own name, and that name without 区, 县 or 市 where two characters remain."""
    own = _last(entry)
    short = own[:-1] if own[-1] in "省市区县州盟旗" else own
    return (own, short) if len(short) > 1 else (own,)


def read_classes(path: Path) -> dict[str, str]:
    """The finer classes that lexicon files may use, each with its main class."""
    return {row["fine"]: row["main"] for _, row in read_rows(path, ("fine", "main"))}


def read_entries(directory: Path, finer: Mapping[str, str], told: bool = True) -> Iterator[Entry]:
    """The entries of a folder's lexicon files, in the order of the file names; `told` as in Entry."""
    if not directory.is_dir():
        raise KnowledgeError(f"The lexicon folder {directory} does not exist; give a folder that holds .tsv files.")
    kinds = {**{name: (main, name) for name, main in finer.items()}, **{name: (name, None) for name in CLASSES}}
    for path in sorted(directory.glob("*.tsv")):
        if not path.name.startswith(RULES):
            yield from _entries(path, kinds, told)


def _entries(path: Path, kinds: Mapping[str, tuple[str, str | None]], told: bool) -> Iterator[Entry]:
    """The entries of one file; `kinds` gives the main class and the finer one of each class that it may name."""
    header, rows = _cells(path, ("name", "class"))
    pick = itemgetter(*(header.index(column) if column in header else -1 for column in COLUMNS))
    for number, cells in rows:
        name, names, local, given, place, wikidata, code = pick([*cells, *[""] * (len(header) - len(cells)), ""])
        if not name:
            raise KnowledgeError(f"{path}, line {number}: the name is empty; give the canonical name in the first column.")
        if given not in kinds:
            raise KnowledgeError(f"{path}, line {number}: {given!r} is no class; use one of {', '.join(dict.fromkeys((*CLASSES, *kinds)))}.")
        yield Entry(name, split(names), split(local), *kinds[given], place or None, wikidata or None, code or None, told)


def read_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a tab-separated file with a header line, with their line numbers; lines that begin with # are comments."""
    header, rows = _cells(path, needed)
    return ((number, dict(zip(header, cells, strict=False))) for number, cells in rows)


def _cells(path: Path, needed: tuple[str, ...]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header of a tab-separated file and the cells of its rows, with their line numbers; a row may have fewer than the header."""
    try:
        lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"The lexicon file {path} cannot be read as UTF-8 text ({error}); save it as UTF-8.") from error
    filled = ((number, line.split("\t")) for number, line in lines if line and not line.startswith("#") and not line.isspace())
    number, header = next(filled, (0, []))
    if header:
        _check_header(header, needed, path, number)
    return header, _checked(filled, len(header), path)


def _checked(rows: Iterator[tuple[int, list[str]]], most: int, path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, cells in rows:
        if len(cells) > most:
            raise KnowledgeError(f"{path}, line {number}: {len(cells)} columns where the header has {most}; remove the extra tab.")
        yield number, cells


def _check_header(header: list[str], needed: tuple[str, ...], path: Path, number: int) -> None:
    missing = [column for column in needed if column not in header]
    if missing:
        raise KnowledgeError(f"{path}, line {number}: the header has no column {missing[0]!r}; it must name {', '.join(needed)}.")


def split(cell: str) -> tuple[str, ...]:
    """The values of a cell, separated by semicolons."""
    return tuple(x for x in map(str.strip, cell.split(";")) if x) if cell else ()
