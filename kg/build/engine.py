"""A build: files of letters to a graph, in passes that can be stopped at any moment and go on where they stopped.

    look        which files are new or changed, by size, time and SHA-256; what the store holds
    read        each letter by itself, in parallel                          -> notes in the manifest
    choose      one letter for each name; near-equal letters are told
    learn       short names that one letter defines and others may use      -> aliases in the manifest
    write       each letter that is not in the store as it should be, in parallel -> shards, loaded as they come
    remove      with `sync`, letters whose files have vanished

What is in the store stays there until its replacement is whole; the manifest notes it only when it is there.
"""
from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kg.build.inputs import Inputs
from kg.build.manifest import Due, Manifest, Row
from kg.build.memory import give_back, one_arena
from kg.build.notes import Failure, FileRead, Note, unpacked_print
from kg.build.notes import unpacked as unpacked_note
from kg.build.pool import Died, Here, Job, Processes, Result, Runner, cores
from kg.build.report import BuildReport, Heard, Step
from kg.build.shards import Shards
from kg.build.stored import digest_of, knowledge, known_by, letters_of, marked
from kg.build.work import Letter, NoteJob, ReadJob, Shard, WriteJob, batches, note_letters, read_files, warm, write_letters
from kg.errors import InputError, KgError, MissingExtra, StoreError
from kg.mapping import Activity
from kg.model import STATUSES, Source
from kg.read import TABLES, Readers, by_suffix, known_kinds
from kg.read.twins import NEAR, share
from kg.reading import Reading, asked
from kg.store import Store
from kg.store.disk import hold, make
from kg.store.snapshot import signature

if TYPE_CHECKING:
    from kg.llm.asking import Asked, Estimate

READ_FILES, READ_BYTES = 8, 100_000             # of files that a worker is given at once
WRITE_LETTERS, WRITE_BYTES = 16, 80_000         # of letters, and of their notes: with more, memory grows faster than time falls
FEW = 60_000                                    # bytes of letters that are read in one process: others would take longer to start
REFRESH = 8                                     # shards after which the store is opened anew: of each it keeps some 3 MB in memory
MOST_NOTICES = 500
COMPARED = 20                                   # letters that a letter is compared with at most, to tell near-equal ones


class Clash(KgError):
    """Two different letters would have one name."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a build is done; none of it changes what the graph says.

    `workers` is how many processes read (None: one for each processor, where there is enough to read), `scheduler` the address of a Dask
    scheduler; `sync` removes letters whose files have vanished, `fail_fast` stops at the first file that cannot be read.
    """

    workers: int | None = None
    scheduler: str | None = None
    sync: bool = False
    fail_fast: bool = False

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise InputError(f"A letter needs one process at least to read it: workers cannot be {self.workers}.")


def build(folder: Path, base: str | None, reading: Reading, found: Inputs, options: Options, heard: Heard,
          estimated: Callable[[Estimate], None] | None = None) -> BuildReport:
    """Read the files into the store in a folder, which is made when it is not there.

    With a language model `estimated` hears what asking it about the letters to be written would take; what it raises ends the build.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    activity = reading.activity()               # what can be wrong with model and knowledge is told before a store is made
    one_arena()
    new = not folder.exists()
    make(folder, base)
    run = _Build(folder, base, reading, found, options, heard, activity, started, estimated)
    try:
        run.guarded()
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"The store {folder} cannot be written ({getattr(error, 'strerror', None) or error}): make room or mend its permissions, "
                         f"and run the same command again; it goes on where it stopped.") from error
    finally:
        if new and (run.asking or not run.read) and not run.written:
            shutil.rmtree(folder, ignore_errors=True)       # a store made for a build of which nothing came
    return run.report(time.perf_counter() - clock)


@dataclass(slots=True)
class _Build:
    """One run. Its methods are the passes, in order."""

    folder: Path
    base: str | None
    reading: Reading
    found: Inputs
    options: Options
    heard: Heard
    activity: Activity
    started: datetime
    estimated: Callable[[Estimate], None] | None = None
    manifest: Manifest = field(init=False)
    shards: Shards = field(init=False)
    runner: Runner | None = None
    store: Store | None = None
    knowledge: str = ""                 # what the store has of vocabulary and lexicon, by hash
    read: int = 0
    withdrawn: bool = False
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    asking: bool = False
    outcome: Asked | None = None
    claims: Counter[str] = field(default_factory=Counter)
    unsaid: int = 0
    bad: int = 0
    failures: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    aliases: int = 0
    letters: int = 0
    entities: int = 0
    loaded: int = 0                     # shards

    def guarded(self) -> None:
        """All passes, with what they need opened before and closed after."""
        try:
            with self.held(), Manifest(self.folder / "build") as self.manifest:
                self.shards = Shards(self.folder / "build" / "shards", self.manifest)
                self.whole()
        finally:
            self.close()

    def whole(self) -> None:
        """All passes; nothing is opened for writing when nothing is to be written."""
        if self.found.unseen and self.options.fail_fast:
            raise InputError(self.found.unseen[0])
        unread = self.look()
        if not unread:
            self.choose()
        if unread or self.unfinished():
            self.runner = self._runner(sum(size for _, size, _ in unread))      # processes are forked before the store is opened, which has threads
            if isinstance(self.runner, Here) and not (self.folder / "data").exists() and self.reading.llm is None:
                self._open()            # nobody reads a store that has nothing yet: the lexicon is loaded while letters are read
            if unread or self.manifest.count_due(self.activity.digest):
                warm(self.reading)          # a damaged model is told once, and not of each letter
            self.read_all(unread)
            if unread:
                self.mark_vanished()
                self.choose()
            self.learn()
            self.ask()
            self.write_all()
            self.remove()
            self.end()
        self.letters, self.entities = self.manifest.named_letters(), self.manifest.entities()

    # look

    def look(self) -> list[tuple[str, int, int]]:
        """The files to read: new, changed, failed before, or read in another way."""
        digest = self.activity.digest
        self.manifest.name_files(self.found.files)
        for path, size, mtime, was in self.manifest.suspects():
            self.manifest.looked_at(path, size, mtime, self.found.looked, same=digest_of(path) == was)
        self.compare()
        self.mark_vanished()
        return list(self.manifest.unread(digest))

    def mark_vanished(self) -> None:
        """With `sync`, have the letters taken out whose files, or rows, are gone."""
        if self.options.sync:
            with self.manifest.transaction():
                self.manifest.mark_vanished(self.found.roots)

    def compare(self) -> None:
        """Take back what the manifest says is in the store and is not; a store whose files are as the last look or build left them is not asked."""
        found = marked(signature(self.folder))
        known, _, self.knowledge = (self.manifest.meta("store") or "").partition(" ")
        if known != found:
            self.manifest.compare(self.stored())
            self.manifest.set_meta("store", f"{found} {self.knowledge}")

    def stored(self) -> Iterator[tuple[str, str, str]]:
        """Name, SHA-256 and activity (the end of its IRI) of each letter that the store holds."""
        self.knowledge = ""
        if (self.folder / "data").exists():
            with Store(self.folder) as store:
                self.knowledge = known_by(store)
                yield from letters_of(store)

    def unfinished(self) -> bool:
        """Whether anything is to be done besides reading: letters, removals or knowledge that the store lacks."""
        return bool(self.manifest.count_due(self.activity.digest) or self.manifest.leaving()) or not self._informed()

    def _informed(self) -> bool:
        """Whether the store has the vocabulary and the lexicon of this build: those that the last build left there, and the same."""
        return bool(self.knowledge) and self.manifest.meta("knowledge") == f"{knowledge(self.activity)} {self.knowledge}"

    def _runner(self, size: int) -> Runner:
        if self.options.scheduler is not None:
            from kg.build.cluster import Cluster
            return Cluster(self.options.scheduler, self.reading)
        number = self.options.workers if self.options.workers is not None else cores() if size > FEW else 1
        return Processes(number, self.reading) if number > 1 else Here(self.reading)

    # read

    def read_all(self, unread: Sequence[tuple[str, int, int]]) -> None:
        """The first pass: notes of all letters that are new or changed."""
        tables = [one for one in unread if by_suffix().get(Path(one[0]).suffix.lower()) in TABLES]
        self._read_files([one for one in unread if one not in tables] if tables else unread)
        for path, size, mtime in tables:
            self._read_table(path, (size, mtime))
        if unread and self.bad == self.manifest.count_named():
            one = self.failures[0]
            raise InputError(one if len(self.failures) == 1 else f"None of {self.bad} files could be read. The first: {one}")

    def _read_table(self, path: str, stat: tuple[int, int]) -> None:
        """The notes of a table's rows that are new or changed, a few at a time: a table may be larger than memory."""
        kind = by_suffix()[Path(path).suffix.lower()]
        self.manifest.begin_table(path)
        done = 0
        try:
            with Readers(ocr=self.reading.ocr) as readers:
                for job, answer in self._run(note_letters, self._rows(path, readers)):
                    found = [Failure(path, f"{path} cannot be read: {answer.why}.")] if isinstance(answer, Died) else answer
                    with self.manifest.transaction():
                        notes = (note for note in found if isinstance(note, Note))
                        self.manifest.put_rows(path, notes, self.activity.digest, list(known_kinds()).index(kind))
                    for one in found:
                        self._told(one)
                    done += len(job.letters)
                    self.heard(Step("read", done, done, len(self.failures), job.letters[-1][0].name))
        except (InputError, MissingExtra) as error:
            self.manifest.stand_again(path)
            self._bad_file(Failure(path, str(error)))
            self.bad -= bool(done)      # what came before is read
            return
        self.read += 1
        with self.manifest.transaction():
            self.manifest.end_table(FileRead(path, kind, digest_of(path), ()), stat, self.found.looked, self.activity.digest)

    def _rows(self, path: str, readers: Readers) -> Iterator[NoteJob]:
        """The rows that are not noted as they are; those before one that cannot be read come before the error."""
        waiting: list[tuple[Source, tuple[str, ...]]] = []
        broken: KgError | None = None
        try:
            for found in readers.rows(Path(path)):
                if not self.manifest.keep_row(path, found.source.name, found.source.sha256, self.activity.digest):
                    waiting.append((found.source, tuple(map(str, found.notices))))
                if len(waiting) == READ_FILES:
                    yield NoteJob(self.reading, path, tuple(waiting))
                    waiting = []
        except (InputError, MissingExtra) as error:
            broken = error
        if waiting:
            yield NoteJob(self.reading, path, tuple(waiting))
        if broken is not None:
            raise broken

    def _told(self, one: Note | Failure) -> None:
        if isinstance(one, Failure):
            if self.options.fail_fast:
                raise InputError(one.why)
            self.failures.append(one.why)
        else:
            for notice in one.notices:
                self._notice(f"{one.name}: {notice}")

    def _read_files(self, unread: Sequence[tuple[str, int, int]]) -> None:
        stats = {path: (size, mtime) for path, size, mtime in unread}
        runs = batches([size for _, size, _ in unread], *((1, 0) if isinstance(self.runner, Here) else (READ_FILES, READ_BYTES)))
        jobs = (ReadJob(self.reading, tuple(unread[at][0] for at in one)) for one in runs)
        done = 0
        for job, answer in self._run(read_files, jobs):
            files = [Failure(job.paths[0], f"{job.paths[0]} cannot be read: {answer.why}.")] if isinstance(answer, Died) else answer
            with self.manifest.transaction():
                for file in files:
                    self._file(file, stats[file.path])
            done += len(files)
            self.heard(Step("read", done, len(unread), len(self.failures), Path(files[-1].path).stem))

    def _file(self, file: FileRead | Failure, stat: tuple[int, int]) -> None:
        if isinstance(file, Failure):
            self._bad_file(file)
            return
        self.read += 1
        self.manifest.put_file(file, stat, self.found.looked, self.activity.digest, list(known_kinds()).index(file.kind))
        for notice in file.notices:
            self._notice(f"{Path(file.path).name}: {notice}")
        for note in file.notes:
            self._told(note)

    def _bad_file(self, file: Failure) -> None:
        if self.options.fail_fast:
            raise InputError(file.why)
        self.bad += 1
        self.manifest.put_failure(file.path, file.why)
        self.failures.append(file.why)

    def _notice(self, text: str) -> None:
        """Keep what a person should know, as far as a person would read it."""
        self.unsaid += len(self.notices) >= MOST_NOTICES
        if len(self.notices) < MOST_NOTICES:
            self.notices.append(text)

    # choose, learn

    def choose(self) -> None:
        """One letter for each name; near-equal ones are told. Raises Clash when two files of this build have different letters of one name."""
        with self.manifest.transaction():
            for rows in self.manifest.of_one_name():
                self._choose(rows)
        for letter, name, own in self.manifest.newly_read():
            self._compare(letter, name, own)

    def _choose(self, rows: list[Row]) -> None:
        first = rows[0]
        if first.standing == 1:
            self.manifest.stand(first.id, 0)
        for row in rows[1:] if first.standing < 2 else ():
            if not row.mine:
                self.manifest.drop_letter(row.id)       # a letter that is built again from another place is replaced
            elif row.standing < 2:
                self._spare(first, row)

    def _spare(self, first: Row, row: Row) -> None:
        if share(unpacked_print(first.print), unpacked_print(row.print)) < NEAR:
            raise Clash(f"{first.path} and {row.path} would both be the letter {row.name!r}: rename one of them, or build them into two stores.")
        self.manifest.stand(row.id, 1)
        if row.standing == 0:
            kept, left = Path(first.path).name, Path(row.path).name
            self._notice(f"{left}: 与 {kept} 是同一封函，只读后者。 It is the same letter as {kept}, which was read.")

    def _compare(self, letter: int, name: str, own: bytes) -> None:
        """Tell the first letter that this one nearly equals."""
        mine = unpacked_print(own)
        best = max(((share(mine, unpacked_print(their)), other) for other, their in self.manifest.near(letter, COMPARED)), default=None,
                   key=lambda pair: pair[0])
        if best is not None and best[0] >= NEAR:
            self._notice(f"{name}: 与 {best[1]} 几乎相同（{best[0]:.0%}），两者都已读入。 "
                         f"It is nearly the same letter as {best[1]} ({best[0]:.0%}); both were read.")

    def learn(self) -> None:
        """What the corpus says of short names."""
        from kg.resolve.corpus import serving
        aliases = serving(self.manifest.meanings(), self.reading.lexicon())
        with self.manifest.transaction():
            self.manifest.put_aliases(aliases)
        self.aliases = len(aliases)

    def ask(self) -> None:
        """Have a language model asked about the letters that are to be written; when it says nothing at all, go on without it."""
        if self.reading.llm is None or not self.manifest.count_due(self.activity.digest):
            return
        self.asking = True
        reading, self.outcome = asked(self.reading, lambda: (unpacked_note(due.note)[0] for due in self.manifest.due(self.activity.digest)),
                                      lambda done, total, name: self.heard(Step("ask", done, total, len(self.failures), name)), self.estimated)
        self.asking = False
        activity = reading.activity()
        self.manifest.read_otherwise(self.activity.digest, activity.digest)
        self.reading, self.activity = reading, activity

    # write

    def write_all(self) -> None:
        """The second pass: a shard of each few letters, loaded as soon as it is whole; then those letters are done."""
        store = self._open()
        for file in self.shards.left():
            self._load(store, file)
        due, total, done = self.manifest.due(self.activity.digest), self.manifest.count_due(self.activity.digest), 0
        keys: dict[int, Due] = {}
        for job, answer in self._run(write_letters, self._write_jobs(due, store.base, keys)):
            shard = Shard(b"", (), ((job.letters[0].name, answer.why),)) if isinstance(answer, Died) else answer
            self._failed(shard)
            if shard.counts:
                self._load(store, self.shards.save(shard, [keys[one.letter] for one in shard.counts]))
            for one in job.letters:
                del keys[one.id]
            done += len(job.letters)
            self.heard(Step("write", done, total, len(self.failures), job.letters[-1].name))

    def _write_jobs(self, due: Iterator[Due], base: str, keys: dict[int, Due]) -> Iterator[WriteJob]:
        waiting: list[Due] = []
        for one in due:
            if waiting and (len(waiting) >= WRITE_LETTERS or sum(len(other.note) for other in waiting) + len(one.note) > WRITE_BYTES):
                yield self._write_job(waiting, base, keys)
                waiting = []
            waiting.append(one)
        if waiting:
            yield self._write_job(waiting, base, keys)

    def _write_job(self, letters: list[Due], base: str, keys: dict[int, Due]) -> WriteJob:
        keys.update({one.id: one for one in letters})
        return WriteJob(self.reading, self.activity, base, tuple(Letter(one.id, one.name, one.note, one.aliases) for one in letters))

    def _failed(self, shard: Shard) -> None:
        for name, why in shard.failures:
            said = f"The letter {name} could not be understood ({why}): take it out, and tell the makers of zhihan."
            if self.options.fail_fast:
                raise InputError(said)
            self.failures.append(said)

    def _load(self, store: Store, file: str) -> None:
        """Put the letters of a shard into the store, and count what is in them."""
        for one in self.shards.load(store, file):
            self.written.append(one.name)
            self.counts.update({"mentions": one.mentions, "figures": one.figures, **one.facts})
            self.claims.update(one.claims)
        self.loaded += 1
        if self.loaded % REFRESH == 0:
            store.refresh()
        give_back()

    # remove, end

    def remove(self) -> None:
        """Take out the letters whose files have vanished."""
        store = self._open()
        here = set(store.letters()) if self.manifest.leaving() else set()
        for row, name, stays in self.manifest.leaving():
            if name in here and not stays:
                store.remove_letter(name)
                store.flush()
                self.removed.append(name)
            with self.manifest.transaction():
                self.manifest.drop_letter(row)

    def end(self) -> None:
        """Note the build, and that the store has this knowledge."""
        store = self._open()
        if self.written or self.removed:
            store.put_run(self.activity, self.started, datetime.now(UTC), len(self.written))
        store.flush()
        self.withdrawn = store.withdrawn
        self.knowledge = known_by(store)
        self.manifest.set_meta("knowledge", f"{knowledge(self.activity)} {self.knowledge}")
        store.close()
        if store.left is not None:      # None where the system has no locks: others may have been there since
            self.manifest.set_meta("store", f"{marked(store.left)} {self.knowledge}")

    # the rest

    def _open(self) -> Store:
        """The store, to be written, with vocabulary and lexicon; into a new one the lexicon is loaded beside."""
        if self.store is None:
            self.store = Store(self.folder, writable=True, base=self.base, ontology=self.reading.ontology())
            if not self._informed():
                self.store.put_ontology()
                self.store.put_lexicon(self.reading.lexicon().told())
        return self.store

    def held(self) -> AbstractContextManager[object]:
        """Hold the store's manifest, so that no other build changes it meanwhile."""
        folder = self.folder / "build"
        folder.mkdir(exist_ok=True)
        return hold(folder, exclusive=True, named=self.folder) or nullcontext()

    def _run(self, work: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result | Died]]:
        assert self.runner is not None
        return self.runner.run(work, jobs)

    def close(self) -> None:
        """Let go of the store and of those who work."""
        try:
            if self.runner is not None:
                self.runner.close()
        finally:
            if self.store is not None:
                self.store.close()

    def report(self, seconds: float) -> BuildReport:
        """What the run did."""
        if self.unsaid:
            self.notices.append(f"还有 {self.unsaid} 条提示未列出。 {self.unsaid} more notices are left out.")
        facts: dict[str, int] = {status: self.counts[status] for status in STATUSES}
        return BuildReport(self.letters, tuple(sorted(self.written)), tuple(self.removed), len(self.found.files), self.read, self.counts["mentions"],
                           self.entities, facts, self.counts["figures"], self.aliases, seconds, self.withdrawn,
                           tuple(self.notices), (*self.failures, *self.found.unseen), self.outcome, dict(self.claims))
