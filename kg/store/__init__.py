"""The store: quads on disk or in memory, one named graph per letter, and the merge of all graphs in the default graph.

    with Store(Path("kg-store"), writable=True) as store:
        store.put_ontology(); store.put_lexicon(lexicon)
        store.put_letter(extraction, activity)          # replaces the letter's graph whole, in one transaction

A store is settled after each of these (kg/store/settle.py), and a letter's quads are corrected as they enter (kg/store/curation.py). A process that
is stopped leaves whole letters only.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Thread
from types import TracebackType

import pyoxigraph as ox

from kg import iris
from kg.curate.checks import Corrections
from kg.curate.model import Correction
from kg.errors import StoreError, UnknownName
from kg.lexicon import Entry
from kg.linked import read_linked
from kg.mapping import SHA, TYPE, Activity, lexicon_lines, ontology_lines, run_quads, statements, term
from kg.model import Extraction
from kg.ontology import Ontology
from kg.store.changes import Changes, apply, drop_graph, in_graph, load, named, streamed, write_graph
from kg.store.curation import Curator, without_marks
from kg.store.disk import open_readable, open_writable, reopened
from kg.store.prepared import Prepared
from kg.store.settle import Settler
from kg.store.snapshot import Signature, signature
from kg.vocabulary import stored

DERIVED = ("inferred", "promises")      # graphs of what follows from the others, which go when any of those changes
LEXICON_FORM = 2                        # counts up when `lexicon_lines` says the same entries in another way


class Store:
    """An open store. Without a directory it is in memory and writable; on disk read-only unless `writable`."""

    def __init__(self, directory: Path | None = None, *, writable: bool = False, base: str | None = None, ontology: Ontology | None = None) -> None:
        """Open the store, made when it is not there and `writable`; StoreError says what hinders it."""
        self.directory = directory
        self.writable = writable or directory is None
        self._lock = None
        self._loading: _Loading | None = None
        self._unwritten = False
        self.left: Signature | None = None  # the files as a writer left them, before others could change them
        self.withdrawn = False              # whether a change took out what was derived (graph/inferred, graph/promises)
        if directory is None:
            self._data, self.base = ox.Store(), iris.checked_base(base or iris.BASE)
        elif writable:
            self._data, self.base, self._lock = open_writable(directory, base)
        else:
            self._data, self.base, self._lock = open_readable(directory)
        self.ontology = ontology or stored(self._data, self.graph("ontology"))
        self._settler = Settler(self._data, self.ontology, self.base)
        self._curator = Curator(self._data, self.base)
        if directory is not None and writable:
            self._take_up()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Write out what is not yet on disk and let others open the store; closing twice does nothing."""
        try:
            self._finish()
            if self._unwritten:
                self.flush()
        finally:
            self._release()

    def __del__(self) -> None:
        if getattr(self, "_lock", None) is not None:
            self._release()

    def _release(self) -> None:
        """Let go of the files; RocksDB is closed when nothing refers to it."""
        self._loading = None
        self._have(ox.Store())
        if self._lock is not None:
            self.left = signature(self.directory) if self.writable and self.directory is not None else None
            self._lock.close()
            self._lock = None

    def _have(self, data: ox.Store) -> None:
        self._data = data
        if hasattr(self, "_curator"):           # a store whose vocabulary cannot be read was never whole
            self._settler.data = self._curator.data = data

    # what is in it

    @property
    def data(self) -> ox.Store:
        """The quads themselves, with all that was put."""
        self._finish()
        return self._data

    def letters(self) -> tuple[str, ...]:
        """The names of the letters, sorted."""
        names = (iris.letter_of_graph(graph.value, self.base) for graph in self.graphs())
        return tuple(sorted(name for name in names if name is not None))

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """The named graphs, sorted by IRI."""
        return tuple(sorted((graph for graph in self.data.named_graphs() if isinstance(graph, ox.NamedNode)), key=lambda graph: graph.value))

    def graph(self, name: str) -> ox.NamedNode:
        """The graph of the store with this name: ontology, lexicon, curation, inferred, promises, builds."""
        return ox.NamedNode(iris.graph_iri(name, self.base))

    def hash_of(self, name: str) -> str:
        """The hash of what graph/ontology or graph/lexicon was put from; empty when a part of it is missing, or it was put by hand."""
        graph = self.graph(name)
        return next((quad.object.value for quad in self.data.quads_for_pattern(graph, SHA, None, graph) if isinstance(quad.object, ox.Literal)), "")

    def letter_graph(self, name: str) -> ox.NamedNode:
        """The graph of a letter of the store; UnknownName lists the near ones."""
        graph = ox.NamedNode(iris.letter_graph(name, self.base))
        if not self.data.contains_named_graph(graph):
            raise UnknownName("letter", name, self.letters())
        return graph

    def quads(self, graph: ox.NamedNode) -> Iterator[ox.Quad]:
        """The quads of one graph, in no order."""
        return self.data.quads_for_pattern(None, None, None, graph)

    def merge(self) -> Iterator[ox.Quad]:
        """Each triple of any graph once, in no order."""
        return self.data.quads_for_pattern(None, None, None, ox.DefaultGraph())

    # what changes it

    def put_letter(self, extraction: Extraction, activity: Activity | None = None) -> bool:
        """Have this extraction as the letter's whole graph; False when the store said the same already."""
        name = extraction.letter.source.name
        return bool(self.put_letters([Prepared.of(name, statements(extraction, self.ontology, self.base, activity))]))

    def put_letters(self, letters: Sequence[Prepared]) -> int:
        """Have each as its letter's whole graph, and what is inferred withdrawn; how many changed. All letters enter here.

        New letters that change the class of nothing, and that no correction concerns, are loaded together, all or none; every other in a
        transaction of its own.
        """
        self._need_writable()
        graphs = [ox.NamedNode(iris.letter_graph(one.name, self.base)) for one in letters]
        new = [at for at, graph in enumerate(graphs) if not self._data.contains_named_graph(graph) and not self._corrected(graph, letters[at])]
        at_once = set(self._put_together([letters[at] for at in new], [graphs[at] for at in new]))
        loaded = {new[at] for at in at_once}
        rest = [at for at in range(len(letters)) if at not in loaded]
        return len(loaded) + sum(self._replace(graphs[at], letters[at].quads(graphs[at])) for at in rest)

    def _corrected(self, graph: ox.NamedNode, letter: Prepared) -> bool:
        """Whether the corrections in force change a letter."""
        if not self._curator.corrections:
            return False
        raw = letter.quads(graph)
        kept, record = self._curator.kept(graph, raw)
        return bool(record) or kept != raw

    def _put_together(self, letters: Sequence[Prepared], graphs: Sequence[ox.NamedNode]) -> list[int]:
        """Load those of some new letters that can be put at once; which these were."""
        if len(letters) < 2 or self._derived():
            return []
        votes = [one.votes() for one in letters]
        chosen, decided = self._settler.together(votes)
        settled = [ox.serialize((quad.triple for entity, read in votes[at].items()
                                 for quad in self._settler.wanted(entity, graphs[at], read, decided[entity])), format=ox.RdfFormat.N_TRIPLES) or b""
                   for at in chosen]
        texts = ((letters[at].body + rest, str(graphs[at])) for at, rest in zip(chosen, settled, strict=True))
        both = (part for text, graph in texts for part in (text, in_graph(text, graph)))
        self._unwritten = self._unwritten or self.directory is not None
        try:
            self._data.bulk_load(streamed(both), ox.RdfFormat.N_QUADS)
        except BaseException:
            self._settler.forget()
            raise
        return chosen

    def put_raw(self, graph: ox.NamedNode, raw: set[ox.Quad]) -> bool:
        """Have quads as extraction gives them as a letter's whole graph, corrected by the corrections in force; False when nothing changed."""
        self._need_writable()
        return self._replace(graph, raw)

    def remove_letter(self, name: str) -> None:
        """Drop a letter's graph, and nothing that another letter says."""
        self._need_writable()
        self._replace(self.letter_graph(name), set())

    def put_ontology(self) -> bool:
        """Have the vocabulary in graph/ontology; False when the same was there."""
        return self._put("ontology", list(ontology_lines(self.ontology)), self.ontology.digest)

    def put_lexicon(self, entries: Iterable[Entry]) -> bool:
        """Have the lexicon in graph/lexicon, and let it decide the classes; False when the same was there.

        Into a store without letters it is loaded in the background while letters are read and put: whatever else asks for
        the data waits until it is there.
        """
        self._need_writable()
        entries, linked = tuple(entries), read_linked()
        digest = sha256(f"{LEXICON_FORM} {entries!r} {dict(linked)!r}".encode()).hexdigest()
        if self._noted("lexicon", digest):
            return False
        if self.letters() or next(self.quads(self.graph("lexicon")), None) is not None:
            return self._put("lexicon", list(lexicon_lines(entries, self.base, linked)), digest)
        self._settler.lexicon = {entry.name: entry.kind for entry in entries}
        self._loading = _Loading(self._data, lambda: lexicon_lines(entries, self.base, linked), self.graph("lexicon"), digest)
        return True

    @property
    def curator(self) -> Curator:
        """The corrections in force, and the letters as they were without them."""
        self._finish()
        return self._curator

    def put_corrections(self, corrections: Iterable[Correction]) -> bool:
        """Have these corrections, and no others, in force in all letters; False when they were. InputError when two contradict each other.

        Stopped in between, the store puts them into the rest of the letters when it is opened to be written again.
        """
        self._need_writable()
        self._finish()
        old, new = self._curator.corrections, Corrections.of(corrections)
        if self._curator.stated(old) == self._curator.stated(new) and self._curator.finished():
            return False
        graphs = self._curator.touched(old, new)
        changes = self._curator.said_by(new)
        self._withdraw(changes)
        self._apply(changes)
        self._curator.forget()
        self._recorrect(graphs, settle=old.classes() != new.classes(), names=old.last_names() != new.last_names())
        return True

    def put_curation(self, lines: Iterable[str]) -> bool:
        """Have N-Triples `lines`, classes and labels of entities, in graph/curation beside the corrections, and let them decide.

        False when the same was there.
        """
        self._need_writable()
        graph = self.graph("curation")
        changes = Changes()
        changes.swap(self._curator.by_hand(self.quads(graph)),
                     (ox.Quad(q.subject, q.predicate, q.object, graph) for q in ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES)))
        changed = bool(changes)
        self._withdraw(changes)
        self._apply(changes)
        self.settle()
        return changed

    def put_inferred(self, statements: Iterable[ox.Quad]) -> bool:
        """Have these quads as the whole of graph/inferred, in one transaction; False when it said the same already.

        Whatever changes letters, lexicon, curation or vocabulary takes graph/inferred out: it never says what nothing supports any longer.
        """
        return self.put_derived("inferred", statements)

    def put_derived(self, name: str, statements: Iterable[ox.Quad]) -> bool:
        """The same for any graph of DERIVED."""
        self._need_writable()
        changes = Changes()
        changes.swap(set(self.quads(self.graph(name))), statements)
        self._apply(changes)
        return bool(changes)

    def put_graph(self, graph: ox.NamedNode, triples: Iterable[ox.Triple], *, keep: bool = False) -> bool:
        """Have triples as the whole of a graph, or with `keep` beside what it says; True when the graph was not there before.

        Blank nodes get IRIs of their own (RDF 1.1, section 3.5), since every node of a store has one. A letter is corrected as it enters; what is put
        into graph/curation is taken for corrections, of which StoreError tells what is wrong.
        """
        self._need_writable()
        new = not self.data.contains_named_graph(graph)
        triples = named(triples, self.base)
        if graph == self.graph("curation"):
            quads = {ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples}
            self.put_curation_graph(quads | (set(self.quads(graph)) if keep else set()))
        elif self._curator.corrections and iris.letter_of_graph(graph.value, self.base) is not None:
            raw = without_marks(ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples)
            self._replace(graph, raw | (self._curator.raw(graph) if keep else set()))
            self._put_by_hand(graph)
        else:
            write_graph(self.data, graph, triples, keep=keep)
            self._put_by_hand(graph)
        return new

    def put_curation_graph(self, quads: set[ox.Quad]) -> None:
        """Have what these quads of graph/curation say, and no more: corrections, with which letters are corrected anew, and what else is said."""
        found = self._curator.read(quads)
        self.put_corrections(found.items)
        self.put_curation(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in self._curator.by_hand(quads))

    def remove_graph(self, graph: ox.NamedNode) -> None:
        """Drop a graph, and nothing that another graph says; UnknownName lists near ones."""
        self._need_writable()
        if not self.data.contains_named_graph(graph):
            raise UnknownName("graph", graph.value, [one.value for one in self.graphs()])
        if graph == self.graph("curation"):
            self.put_corrections(())
        elif self._curator.record(graph):
            self._replace(graph, set())
        drop_graph(self.data, graph)
        self._put_by_hand(graph)

    def _put_by_hand(self, graph: ox.NamedNode) -> None:
        """Settle the store after a change from outside; what rules inferred from what was there before is taken out."""
        self._unwritten = self.directory is not None
        if graph == self.graph("lexicon"):
            self._apply(Changes(removed=self._curator.record(graph)))       # of what was there before
            self._correct_lexicon()
        derived = Changes(removed=self._derived(but=graph))
        if derived:
            self.withdrawn = True
            self._apply(derived)
        self.settle()

    def put_run(self, activity: Activity, started: datetime, ended: datetime, letters: int) -> None:
        """Note a build in graph/builds."""
        self._need_writable()
        self._apply(Changes(added=set(run_quads(activity, started, ended, letters, self.base))))

    def settle(self) -> int:
        """Settle classes and labels anew from all that the store holds; how many quads that changed (0 when it was settled)."""
        self._need_writable()
        self._finish()
        changes = Changes()
        self._settler.settle(changes)
        number = len(changes.removed) + len(changes.added)
        self._withdraw(changes)
        self._apply(changes)
        return number

    def flush(self) -> None:
        """Write all that was put to the disk, so that it outlasts a power cut (a stopped process loses nothing anyway)."""
        self.data.flush()
        self._unwritten = False

    def refresh(self) -> None:
        """Open the files anew, held all the while, so that RocksDB lets go of what it keeps in memory; what was put stays.

        It keeps up to 160 MB of the blocks that were read, and the index of each file that it wrote. pyoxigraph has no setting for either.
        """
        self._need_writable()
        if self.directory is not None:
            self.flush()
            self._have(ox.Store())              # RocksDB is closed when nothing refers to it
            try:
                self._have(reopened(self.directory))
            except BaseException:
                self._release()                 # what is put from now on would be in memory only
                raise

    def _take_up(self) -> None:
        """Let the corrections of the store decide, and put them into letters that a program left without them when it was stopped."""
        if next(self._data.quads_for_pattern(None, None, None, self.graph("curation")), None) is not None:
            corrections = self._curator.corrections
            self._settler.curate(corrections.classes())
            if self._curator.lexicon_moved() and self._correct_lexicon():
                self.settle()
            if not self._curator.finished():
                self._recorrect(self._curator.touched(Corrections(), corrections) | self._curator.recorded(), settle=True, names=True)

    def _correct_lexicon(self) -> bool:
        """Have the lexicon as the corrections of names want it; its classes are still to be settled. False when nothing changed."""
        restored = self._curator.lexicon_restored()
        self._apply(restored)
        changes = self._curator.lexicon_moved()
        self._withdraw(changes)
        self._apply(changes)
        return bool(restored or changes)

    def _recorrect(self, graphs: Iterable[ox.NamedNode], *, settle: bool, names: bool) -> None:
        """Correct these letters, and where `names` changed the lexicon, anew, and note that all are as the corrections want them."""
        self._settler.curate(self._curator.corrections.classes())
        settle = (names and self._correct_lexicon()) or settle
        for graph in sorted(graphs, key=str):
            self._replace(graph, self._curator.raw(graph))
        if settle:
            self.settle()
        self._apply(Changes(added=self._curator.digest(self._curator.corrections)))

    def _replace(self, graph: ox.NamedNode, raw: set[ox.Quad]) -> bool:
        new, record = self._curator.kept(graph, raw)
        changes = Changes()
        changes.swap(self._curator.record(graph), record)
        self._settler.replace(graph, set(self._data.quads_for_pattern(None, None, None, graph)), new, changes)
        changed = bool(changes)
        self._withdraw(changes)
        try:
            self._apply(changes)
        except BaseException:
            self._settler.forget()          # its count is ahead of the store
            raise
        return changed

    def _put(self, name: str, lines: list[str], digest: str) -> bool:
        """Have the lines in graph/NAME. Its hash is written last, with what settling changes: without it, the graph is put again."""
        self._need_writable()
        if self._noted(name, digest):
            return False
        graph = self.graph(name)
        old, noted = set(self.quads(graph)), next(self.data.quads_for_pattern(graph, SHA, None, graph), None)
        if name == "lexicon":
            self._apply(self._curator.lexicon_restored())
            old = set(self.quads(graph))
        if noted is None:
            load(self.data, lines, graph)       # nothing there, or only a part: a build was stopped
        if old:
            new = {ox.Quad(q.subject, q.predicate, q.object, graph) for q in ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES)}
            swapped = Changes()
            swapped.swap(old, new)
            self._apply(swapped)
        changes = Changes(added=_note(graph, digest))
        if name != "ontology":
            self._correct_lexicon()
            self._settler.settle(changes)
        self._withdraw(changes)
        self._apply(changes)
        return True

    def _withdraw(self, changes: Changes) -> None:
        """Take out what was derived, when anything that it may rest on changes."""
        if changes:
            derived = self._derived()
            changes.removed |= derived
            self.withdrawn = self.withdrawn or bool(derived)

    def _derived(self, but: ox.NamedNode | None = None) -> set[ox.Quad]:
        """What the derived graphs say; nothing where `but`, which was put by hand, is one of them."""
        graphs = [self.graph(name) for name in DERIVED]
        return {quad for graph in graphs if but not in graphs for quad in self._data.quads_for_pattern(None, None, None, graph)}

    def _noted(self, name: str, digest: str) -> bool:
        return ox.Quad(self.graph(name), SHA, ox.Literal(digest), self.graph(name)) in self.data

    def _finish(self) -> None:
        """Wait until the lexicon is loaded."""
        if self._loading is not None:
            loading, self._loading = self._loading, None
            loading.join()
            self._settler.lexicon = {}
            if loading.error is not None:
                raise loading.error
            self._apply(Changes(added=_note(loading.graph, loading.digest)))
            if self._correct_lexicon() or self._curator.corrections.classes():
                self.settle()               # the lexicon itself is corrected too

    def _apply(self, changes: Changes) -> None:
        apply(self._data, changes)
        self._unwritten = self._unwritten or (self.directory is not None and bool(changes))

    def _need_writable(self) -> None:
        if not self.writable:
            raise StoreError(f"The store {self.directory} is open for reading only: open it with writable=True.")


class _Loading(Thread):
    """Loads a graph while the program goes on; `error` is what went wrong."""

    def __init__(self, data: ox.Store, lines: Callable[[], Iterable[str]], graph: ox.NamedNode, digest: str) -> None:
        super().__init__(name="lexicon")
        self.data, self.lines, self.graph, self.digest = data, lines, graph, digest
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            load(self.data, self.lines(), self.graph)
        except Exception as error:          # told by the thread that waits for this one
            self.error = error


def _note(graph: ox.NamedNode, digest: str) -> set[ox.Quad]:
    """The hash of what a graph was put from, in the graph itself."""
    return {ox.Quad(graph, SHA, ox.Literal(digest), graph), ox.Quad(graph, TYPE, term("prov:Entity"), graph)}
