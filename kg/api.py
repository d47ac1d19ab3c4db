"""The Python door to the graph: the verbs of the command line, as methods of a graph that lives in a folder."""
from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from kg.build import BuildReport, Heard, Options, Told, inputs
from kg.build import build as build_letters
from kg.errors import InputError, KgError, QueryError
from kg.model import Extraction
from kg.reading import Reading, asked
from kg.store import Store

if TYPE_CHECKING:
    import networkx
    import pandas

    from kg.curate.apply import Report
    from kg.curate.model import Correction
    from kg.curate.report import Outcome
    from kg.curate.suggest import Suggestion
    from kg.diff import Difference
    from kg.evaluate import Scores
    from kg.export import Choice
    from kg.importing import Imported
    from kg.infer import Inferred
    from kg.llm import LanguageModel
    from kg.llm.asking import Estimate
    from kg.project import Project
    from kg.promises import Promises
    from kg.query import Answer, Question
    from kg.read import Contents
    from kg.remote import Pushed
    from kg.server.limits import Settings
    from kg.show import EntityPage, LetterPage
    from kg.stats import Summary
    from kg.store.compact import Compacted
    from kg.validate import Problem

DEFAULT = "kg-store"
Paths = str | Path | Iterable[str | Path]


class Graph:
    """A graph in a folder. Reading methods open it when first needed; `build` and `remove` change it. Use `with`, or `close`, to let it go."""

    def __init__(self, store: str | Path | None = None, *, base: str | None = None, model: str | Path | None = None,
                 min_confidence: float | None = None, ocr: bool = False, llm: LanguageModel | None = None,
                 project: str | Path | Project | None = None) -> None:
        """`base` is what IRIs begin with (fixed when the store is made); `model`, `min_confidence`, `ocr` and `llm` say how letters are read.

        `project` is a folder with a zhihan.toml, which says what is not said here, and adds names, predicates and rules.
        """
        known = _project(project)
        self.path = Path(store) if store is not None else known.store if known is not None else Path(DEFAULT)
        self.base = base if base is not None or known is None else known.base
        self.reading = Reading.of(known, Path(model) if model is not None else None, min_confidence, ocr, llm)
        self._store: Store | None = None

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the folder go, so that others can change it; the graph opens it again when needed."""
        if self._store is not None:
            self._store.close()
            self._store = None

    @property
    def store(self) -> Store:
        """The open store, for reading. Raises StoreError when there is none."""
        if self._store is None:
            self._store = Store(self.path)
        return self._store

    # what changes it

    def build(self, paths: Paths = (), *, workers: int | None = None, scheduler: str | None = None, sync: bool = False, fail_fast: bool = False,
              told: Heard | None = None, estimated: Callable[[Estimate], None] | None = None) -> BuildReport:
        """Read letters (files, directories, patterns, addresses of fsspec; the project's when none is named) into the graph.

        Only what is new or changed is read, and replaced whole.

        `workers` processes read (by default one for each processor, when there is much to read), or those of the Dask `scheduler`.
        With `sync`, letters whose files have vanished are removed. A file that cannot be read is passed over, and the report says why
        (with `fail_fast` it raises); when none can be, InputError is raised. With a language model `estimated` hears what asking it would take,
        before anything is sent; what it raises ends the build before anything is written. Afterwards the corrections of the project's files,
        and no others that these files once gave, are in force; InputError tells what cannot be used before anything is read.
        """
        self.close()
        from kg.curate.project import enforce, own
        corrected = own(self.reading.project, self.path)
        found = inputs(self._local(_named(paths) or self._own_letters()))
        report = build_letters(self.path, self.base, self.reading, found, Options(workers, scheduler, sync, fail_fast),
                               told or (lambda step: None), estimated)
        said = enforce(self.path, corrected)
        return replace(report, notices=(*report.notices, said)) if said else report

    def _local(self, named: Sequence[Path | str]) -> list[Path]:
        """The paths, with copies in the place of what is at addresses."""
        from kg.build.fetch import fetched, is_url
        from kg.store.disk import make
        urls, new = [str(path) for path in named if is_url(path)], not self.path.exists()
        if urls:
            make(self.path, self.base)
            (self.path / "build").mkdir(exist_ok=True)
        try:
            return [Path(path) for path in named if not is_url(path)] + (fetched(urls, self.path / "build") if urls else [])
        except BaseException:
            if urls and new:
                shutil.rmtree(self.path, ignore_errors=True)    # a store made for letters that did not come
            raise

    def _own_letters(self) -> Sequence[Path]:
        project = self.reading.project
        if project is None or not project.letters:
            raise InputError("There is nothing to read: name letters, or say  letters = \"…\"  in zhihan.toml.")
        return project.letters

    @staticmethod
    def init(folder: str | Path) -> tuple[Path, ...]:
        """Start a project of one's own in a folder: settings, names, patterns, predicates, an example; the files that were written."""
        from kg.starting import start
        return start(Path(folder))

    @staticmethod
    def read(path: str | Path, *, ocr: bool = False) -> Contents:
        """The letters in a file as they are read, without a graph: text, places in the original, metadata and what a person should know."""
        from kg.read import Readers
        with Readers(ocr=ocr) as readers:
            return readers.file(path)

    def remove(self, letter: str) -> None:
        """Take a letter, by its name, its file's name or its IRI, out of the graph, and nothing that another letter says.

        Raises UnknownName with the near ones.
        """
        from kg.query import find_letter
        from kg.show import letter_name
        name = letter_name(find_letter(self.store, letter).value)       # StoreError when there is no store, where opening it to write would make one
        self.close()
        with Store(self.path, writable=True) as store:
            store.remove_letter(name)

    def infer(self, rules: Iterable[str] = (), *, pinyin: bool = False, none: bool = False) -> tuple[Inferred, ...]:
        """Put what the rules (all, or those named) give into graph/inferred, in the place of what it held; what each gave.

        With `pinyin` also how names are read; with `none` no rule is run, and what was inferred is taken out. Raises UnknownName for a
        rule that is not there, StoreError when there is no store.
        """
        from kg.infer import chosen, infer, put_inferences, read_rules
        from kg.pinyin import reading_quads
        asked = () if none else chosen(read_rules(), tuple(rules))
        self.letters()                  # raises StoreError when there is no store, where opening it to write would make one
        self.close()
        with Store(self.path, writable=True) as store:
            found = infer(store, asked)
            put_inferences(store, found, reading_quads(store) if pinyin else ())
        return found

    def curate(self, given: Paths | Sequence[Correction] = (), *, undo: Iterable[str] = (), sync: bool = False) -> Report:
        """Put corrections in force, of files (.yaml, .ttl) or as values, and take those of `undo`, by id, back; what became of all of them.

        With `sync` what an earlier version of the files said and they say no longer is taken back too. InputError tells file and line of what
        cannot be used; nothing is changed then.
        """
        from kg.curate.apply import apply, known_as, read_for
        from kg.curate.model import Correction, Placed
        every = _of_kind(given, (str, os.PathLike, Correction), "files of corrections, or corrections")
        values, paths = [one for one in every if isinstance(one, Correction)], [Path(one) for one in every if not isinstance(one, Correction)]
        placed = [one for path in paths for one in read_for(self.path, path)] + [Placed(one, f"the correction {one.id}") for one in values]
        self.letters()                  # raises StoreError when there is no store, where opening it to write would make one
        self.close()
        with Store(self.path, writable=True) as store:
            return apply(store, placed, undo=_several(undo), sync=[known_as(path, self.path) for path in paths] if sync else ())

    def import_(self, path: str | Path) -> Imported:
        """Take an export back (.nq, .trig, .ttl, .nt, .rdf, .jsonld); each graph of the file takes the place of the store's."""
        from kg.importing import incoming
        with incoming(Path(path)) as found:
            found.check(self.path)
            self.close()
            with Store(self.path, writable=True, base=self.base or found.base) as store:
                return found.put(store)

    def compact(self) -> Compacted:
        """Put the store into as few files as it needs; how many bytes its data took before and after. Raises StoreError while it is in use."""
        from kg.store.compact import compact
        self.close()
        return compact(self.path)

    def push(self, endpoint: str, *, graph_store: str | None = None, update_endpoint: str | None = None, user: str | None = None,
             password: str | None = None, token: str | None = None, timeout: float = 60.0, retries: int = 5, part: float = 8, mirror: bool = False,
             quick: bool = False, dry_run: bool = False, told: Told | None = None) -> Pushed:
        """Bring another server to what this graph says, sending only the graphs that it does not have so (docs/howto/push.md).

        `part` is the most MB of a request, `timeout` the seconds that an answer may take. With `mirror` graphs that other stores pushed
        are removed too; with `quick` the server is asked for numbers of statements only; with `dry_run` nothing is changed. Raises
        RemoteError; pushing again goes on where it stopped.
        """
        from kg.remote import Access, push_store
        self.close()
        return push_store(self.path, endpoint, Access(user, password, token, timeout, retries), graph_store=graph_store,
                          update_endpoint=update_endpoint, part=part, mirror=mirror, quick=quick, dry_run=dry_run, told=told)

    # what it says

    def letters(self) -> tuple[str, ...]:
        """The names of the letters."""
        return self.store.letters()

    def corrections(self) -> tuple[Outcome, ...]:
        """The corrections in force, each with the letters in which it applies, or why it does not."""
        from kg.curate.report import outcomes
        return outcomes(self.store)

    def write_corrections(self, output: str | Path) -> int:
        """Write the corrections in force to a file that `curate` reads (.yaml, .ttl); how many there are."""
        from kg.curate.document import write_yaml
        from kg.curate.rdf import write_turtle
        items, path = self.store.curator.corrections.items, Path(output)
        if path.suffix not in (".yaml", ".yml", ".ttl"):
            raise InputError(f"{path} is no name for a file of corrections: give one that ends in .yaml or .ttl.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_turtle(items, self.store.base) if path.suffix == ".ttl" else write_yaml(items), encoding="utf-8")
        return len(items)

    def suggestions(self, most: int = 20) -> tuple[Suggestion, ...]:
        """What a person should look at first, at most so many of each kind: unsure facts, contradictions, names that are nearly the same."""
        from kg.curate.suggest import suggestions
        return suggestions(self.store, most)

    def to_gold(self, letters: Iterable[str], output: str | Path) -> tuple[Path, ...]:
        """Write letters, as they are corrected, into gold files of a directory, for `train` and `evaluate`; the files."""
        from kg.curate.golden import write_golds
        return write_golds(self.store, _several(letters), Path(output))

    def stats(self) -> Summary:
        """Letters, entities by class, facts by predicate and status, figures."""
        from kg.stats import stats
        return stats(self.store)

    def query(self, what: str | Path, /, **given: str) -> Answer:
        """Ask a named question with its parameters, a .rq file, or SPARQL; sees all letters together."""
        from kg.query import ask
        return ask(self.store, str(what), given)

    @staticmethod
    def queries() -> tuple[Question, ...]:
        """The named questions."""
        from kg.query import named_queries
        return named_queries()

    def show(self, name: str) -> EntityPage | LetterPage:
        """All about an entity or a letter: names, facts with status, time and quoted sentence, figures."""
        from kg.show import show
        return show(self.store, name)

    def promises(self, *, place: str | None = None, organ: str | None = None, states: Iterable[str] = (), as_of: str | None = None,
                 save: bool = False) -> Promises:
        """Every planned fact and target figure, with what later letters say of it: kept, repeated, changed, open or overdue.

        `place`, `organ` and `states` choose; `as_of` (ISO, by default the day of the newest letter) is the day asked about. With `save` all
        of them, whatever was chosen, are put into graph/promises, which goes when letters change. Raises UnknownName, QueryError.
        """
        from kg.promises import promises
        from kg.promises.graph import put
        states = _several(states)
        found = promises(self.store, place=place, organ=organ, states=states, as_of=as_of)
        if save:
            every = promises(self.store, as_of=as_of)
            self.close()
            with Store(self.path, writable=True) as store:
                put(store, every)
        return found

    def diff(self, other: Graph | str | Path | None = None, *, letters: tuple[str, str] | None = None, years: tuple[str, str] | None = None,
             about: str | None = None) -> Difference:
        """What another graph says differently, or of two letters, or of the letters of two years, the second; all of it, or about one entity.

        Facts and figures are compared by what they say; the result is false when nothing differs. Raises UnknownName, and QueryError for a
        year without letters or when it is not one of the three that is given.
        """
        from kg.diff import diff, whole
        from kg.diff import letters as two_letters
        from kg.diff import years as two_years
        if (other is not None) + (letters is not None) + (years is not None) != 1:
            raise QueryError("Give one of these: another graph, two letters, or two years.")
        if any(pair is not None and (isinstance(pair, str) or len(pair) != 2) for pair in (letters, years)):
            raise QueryError("Letters and years are compared two at a time: give a pair.")
        if letters is not None:
            return diff(*two_letters(self.store, *letters), about)
        if years is not None:
            return diff(*two_years(self.store, *map(str, years)), about)
        second = other if isinstance(other, Graph) else existing(other or DEFAULT)
        return diff(whole(self.store), whole(second.store), about)

    def export(self, output: str | Path | IO[bytes], format: str = "turtle", choice: Choice | None = None, *,
               letter: str | None = None, with_builds: bool = False, describe: bool = False) -> tuple[Path, ...]:
        """Write the graph, or what is chosen of it, in one of the formats of docs/exports.md; the files that were written."""
        from kg.export import export
        out = Path(output) if isinstance(output, str) else output
        return export(self.store, out, format, choice, letter=letter, with_builds=with_builds, describe=describe)

    def to_networkx(self, *, about: str | None = None, hops: int = 1, max_nodes: int | None = None) -> networkx.MultiDiGraph:
        """Entities as nodes, facts as edges; near one entity, and at most so many nodes, when asked."""
        from kg.network import to_networkx
        return to_networkx(self.store, about, hops, max_nodes if max_nodes is not None else sys.maxsize)

    def to_pandas(self, table: str = "facts", choice: Choice | None = None) -> pandas.DataFrame:
        """A table of the graph, or of what is chosen of it: letters, entities, names, mentions, facts or figures (docs/howto/python.md).

        The columns are those of the CSV export. MissingExtra without pandas.
        """
        from kg.frames import table_frame
        return table_frame(self.store, table, choice)

    def __repr__(self) -> str:
        return f"Graph({str(self.path)!r})"

    def _repr_html_(self) -> str:
        """What the graph holds and a picture of its most connected part, for a notebook; or why there is none to show."""
        from kg import notebook
        try:
            return notebook.graph(self.store, self.path)
        except KgError as error:
            return notebook.nothing(self.path, str(error))

    def render(self, output: str | Path, *, about: str | None = None, hops: int = 1, max_nodes: int = 300) -> tuple[int, int]:
        """Draw the graph as a page (.html) or a picture (.svg); how many entities it shows, and how many there are."""
        from kg.render import render
        network = self.to_networkx(about=about, hops=hops, max_nodes=max_nodes)
        render(network, Path(output), about or f"{len(self.letters())} 件答复函")
        return len(network), len(network) + int(network.graph["omitted"])

    def serve(self, *, host: str = "127.0.0.1", port: int = 8080, writable: bool = False, settings: Settings | None = None) -> None:
        """Serve the graph at an address, as SPARQL endpoint and pages to read, until the process is told to stop (docs/serving.md)."""
        if os.name != "posix":
            raise InputError("kg serve needs Linux or macOS: its workers are limited by means that this system does not have.")
        from kg.server.run import serve
        self.close()
        serve(self.path, host, port, settings, writable=writable)

    def validate(self) -> list[Problem]:
        """What breaks the shapes of the graph, each problem in words when printed; nothing when it is sound."""
        from kg.validate import validate
        return validate(self.store)

    @staticmethod
    def docs(output: str | Path) -> None:
        """Write the page of the vocabulary, one file of HTML: every term in Chinese and English with an example, the rules, and what is checked."""
        from kg.docs import page
        from kg.infer import read_rules
        from kg.ontology import load_ontology, ontology_dir
        from kg.validate import read_rules as read_checks
        path = Path(output)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(load_ontology(), read_rules(), read_checks(ontology_dir() / "shapes.ttl")), encoding="utf-8")

    # how well it reads

    def evaluate(self, gold: Paths, *, folds: str | None = None, told: Told | None = None,
                 estimated: Callable[[Estimate], None] | None = None) -> Scores:
        """Score what this graph's model reads from the letters of gold files; `folds` trains without the letter, or region, it scores.

        With a language model its share is scored too; `estimated` as in `build`.
        """
        from kg.assess import score
        from kg.gold import read_golds
        from kg.lessons import source
        golds = read_golds(_paths(gold))
        reading, _ = asked(self.reading, lambda: map(source, golds), told, estimated)
        return score(golds, reading, folds=folds, told=told)

    @staticmethod
    def train(gold: Paths, output: str | Path) -> Path:
        """Train a model on gold files and write it to a file that `model` names."""
        from kg.assess import train
        from kg.gold import read_golds
        return train(read_golds(_paths(gold)), Path(output))


def _several(names: str | Iterable[str]) -> tuple[str, ...]:
    """Names where one alone may be given as it is."""
    return (names,) if isinstance(names, str) else tuple(names)


def _project(project: str | Path | Project | None) -> Project | None:
    from kg.project import Project, read_project
    return project if project is None or isinstance(project, Project) else read_project(Path(project))


def _named(paths: Paths) -> list[str | Path]:
    """The paths as they were given: an address is none for pathlib. InputError for what is no path."""
    return _of_kind(paths, (str, os.PathLike), "a path, or several")


def _paths(paths: Paths) -> list[Path]:
    return [Path(path) for path in _named(paths)]


def _of_kind(given: object, kinds: tuple[type, ...], wanted: str) -> list[Any]:
    """One or several values, each of one of some kinds. InputError says what is wanted where one is not."""
    found = list(given) if isinstance(given, Iterable) and not isinstance(given, kinds) else [given]
    others = [one for one in found if not isinstance(one, kinds)]
    if others:
        raise InputError(f"{others[0]!r} is not what is wanted here: give {wanted}.")
    return found


def open(store: str | Path | None = None, *, base: str | None = None, model: str | Path | None = None, min_confidence: float | None = None,
         ocr: bool = False, llm: LanguageModel | None = None, project: str | Path | Project | None = None) -> Graph:
    """The graph in a folder (kg-store, or that of the project), which `build` makes when it is not there."""
    return Graph(store, base=base, model=model, min_confidence=min_confidence, ocr=ocr, llm=llm, project=project)


def existing(store: str | Path = DEFAULT) -> Graph:
    """The graph in a folder that must be there. Raises StoreError that says how to make it."""
    graph = Graph(store)
    _ = graph.store
    return graph


def to_networkx(store: str | Path = DEFAULT) -> networkx.MultiDiGraph:
    """The whole graph in a folder as a networkx graph: entities as nodes, facts as edges."""
    with existing(store) as graph:
        return graph.to_networkx()


def read_letter(path: str | Path, *, model: str | Path | None = None) -> Extraction:
    """All that one letter says, without a store: mentions, entities, facts and figures as values."""
    from kg.read import read
    return Reading(Path(model) if model is not None else None).extract(read(Path(path)))

