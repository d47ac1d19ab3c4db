"""What a store was built from, and how far a build has come: DIR/build/manifest.sqlite.

    files       each file of letters: size and time when last looked at, SHA-256, how it was read
    letters     each letter: its note, and what of it is in the store (`done_…`, NULL when it is not there)
    meanings    what letters say of short names; `open` what they leave unexplained; `aliases` what the corpus makes of both
    sketches    the lowest hashes of each text, by which nearly equal letters are found
    shards      graphs that are written and not yet loaded

SQLite keeps it whole when a process is killed. The store itself is the truth: what the manifest says of it is compared with it at each build.
A letter's `standing` is 0 when it is the one to build, 1 when another file has the same letter in a better format, 2 when its file no longer
has it, 3 when it is to be taken out of the store.
"""
from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from kg.build.inputs import Input
from kg.build.notes import FileRead, Note, packed, packed_print
from kg.errors import StoreError
from kg.model import Aliases, Meaning, Served
from kg.read.twins import COMMON, KEYS

FORM = 1
FRESH = 2_000_000_000           # nanoseconds: a file that was changed so shortly before it was looked at may have changed after
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, seen INTEGER, sha256 TEXT, kind TEXT,
    activity TEXT, failure TEXT) WITHOUT ROWID;
CREATE TABLE letters (id INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, rank INTEGER, sha256 TEXT, activity TEXT,
    note BLOB, print BLOB, region TEXT, standing INTEGER DEFAULT 0, used TEXT DEFAULT '[]',
    done_activity TEXT, done_sha256 TEXT, done_used TEXT, UNIQUE (path, name));
CREATE INDEX letters_by_name ON letters (name);
CREATE TABLE meanings (letter INTEGER, short TEXT, name TEXT, kind TEXT, defined INTEGER);
CREATE INDEX meanings_by_short ON meanings (short);
CREATE INDEX meanings_by_letter ON meanings (letter);
CREATE TABLE open (letter INTEGER, form TEXT, kind TEXT);
CREATE INDEX open_by_form ON open (form);
CREATE INDEX open_by_letter ON open (letter);
CREATE TABLE aliases (short TEXT, kind TEXT, region TEXT, name TEXT, PRIMARY KEY (short, kind, region)) WITHOUT ROWID;
CREATE TABLE sketches (hash INTEGER, letter INTEGER, PRIMARY KEY (hash, letter)) WITHOUT ROWID;
CREATE INDEX sketches_by_letter ON sketches (letter);
CREATE TABLE shards (file TEXT PRIMARY KEY, sha256 TEXT, letters TEXT) WITHOUT ROWID;
"""
_OF_THIS_RUN = """
CREATE TEMP TABLE named (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER) WITHOUT ROWID;
CREATE TEMP TABLE stored (name TEXT PRIMARY KEY, sha256 TEXT, activity TEXT) WITHOUT ROWID;
CREATE TEMP TABLE entities (name TEXT PRIMARY KEY) WITHOUT ROWID;
"""
# Letters that count for the corpus: those in the store, and those that this build puts there.
_CORPUS = "standing IN (0, 2) AND (done_sha256 IS NOT NULL OR path IN (SELECT path FROM named))"
_UNDONE = "(done_sha256 IS NOT sha256 OR done_activity IS NOT activity OR done_used IS NOT used)"
_DUE = f"activity = ? AND (standing = 0 AND path IN (SELECT path FROM named) OR standing IN (0, 2) AND done_sha256 IS NOT NULL) AND {_UNDONE}"


@dataclass(frozen=True, slots=True)
class Row:
    """A letter of a name that several files have; `mine` when its file is of this build."""

    id: int
    name: str
    path: str
    print: bytes
    standing: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that is to be written: its row, its note, what other letters say of its short names, and how it was read."""

    id: int
    name: str
    note: bytes
    sha256: str
    activity: str
    used: str

    @property
    def aliases(self) -> Aliases:
        return {(short, kind): name for short, kind, name in json.loads(self.used)}


def _gone(path: str) -> bool:
    """Whether a file is known not to be there: one that cannot be looked at may be, and so may one that a link leads to."""
    try:
        os.lstat(path)
        return False
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False


class _Transaction:
    """What is done in a `with` is done whole or not at all."""

    def __init__(self, data: sqlite3.Connection) -> None:
        self._data = data

    def __enter__(self) -> None:
        self._data.execute("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._data.execute("COMMIT" if error is None else "ROLLBACK")


class Manifest:
    """The open manifest of a store. Use `with`, or `close`."""

    def __init__(self, folder: Path) -> None:
        """Open it, made where there is none. StoreError when it cannot be read or written."""
        self.path = folder / "manifest.sqlite"
        try:
            folder.mkdir(exist_ok=True)
            self._data = sqlite3.connect(self.path, isolation_level=None, timeout=10)
            self._data.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=FILE; PRAGMA cache_size=-2000;")
            if self._form() != FORM:
                self._make()
            self._data.executescript(_OF_THIS_RUN)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"The list of what was built, {self.path}, cannot be used ({error}): "
                             f"mend its permissions, or remove it and build again.") from error

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._data.close()

    def _form(self) -> int:
        return int(self._data.execute("PRAGMA user_version").fetchone()[0])

    def _make(self) -> None:
        """The tables, in the place of those of another version: what they said is read anew."""
        for (name,) in self._all("SELECT name FROM sqlite_master WHERE type = 'table'"):
            self._data.execute(f"DROP TABLE {name}")
        self._data.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {FORM}; COMMIT;")

    def transaction(self) -> _Transaction:
        """What is done within is done whole or not at all."""
        return _Transaction(self._data)

    # the files of this build

    def name_files(self, files: Iterable[Input]) -> None:
        """Have these files as those of this build."""
        self._data.execute("BEGIN")
        self._data.executemany("INSERT OR IGNORE INTO named VALUES (?, ?, ?)", ((one.path, one.size, one.mtime) for one in files))
        self._data.execute("COMMIT")

    def suspects(self) -> list[tuple[str, int, int, str]]:
        """Files that may have changed since they were read: path, size, time, and the SHA-256 they had."""
        return self._all("""SELECT path, named.size, named.mtime, sha256 FROM named JOIN files USING (path) WHERE failure IS NULL
            AND (files.size != named.size OR files.mtime != named.mtime OR files.mtime > files.seen - ?)""", FRESH)

    def looked_at(self, path: str, size: int, mtime: int, seen: int, same: bool) -> None:
        """Note that a file was compared: it is the `same`, or is to be read again."""
        self._data.execute("UPDATE files SET size = ?, mtime = ?, seen = ?, sha256 = CASE WHEN ? THEN sha256 END WHERE path = ?",
                           (size, mtime, seen, same, path))

    def unread(self, activity: str) -> Iterator[tuple[str, int, int]]:
        """The files of this build that are to be read: new, changed, failed before, or read in another way; path, size and time."""
        yield from self._all("""SELECT path, named.size, named.mtime FROM named LEFT JOIN files USING (path)
            WHERE sha256 IS NULL OR failure IS NOT NULL OR activity != ? ORDER BY path""", activity)

    def put_file(self, file: FileRead, stat: tuple[int, int], seen: int, activity: str, rank: int) -> None:
        """Note a file and its letters; what the file no longer has is marked."""
        self._put_stat(file, stat, seen, activity)
        self._data.execute("UPDATE letters SET standing = 2 WHERE path = ?", (file.path,))
        for note in file.notes:
            self._put_letter(file.path, note, activity, rank)
        self._drop_missing(file.path)

    def _put_stat(self, file: FileRead, stat: tuple[int, int], seen: int, activity: str) -> None:
        self._data.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                           (file.path, *stat, seen, file.sha256, file.kind, activity))

    def _drop_missing(self, path: str) -> None:
        """Forget letters that a file no longer has, and the store never had."""
        for (letter,) in self._all("SELECT id FROM letters WHERE path = ? AND standing = 2 AND done_sha256 IS NULL", path):
            self.drop_letter(letter)

    def _put_letter(self, path: str, note: Note, activity: str, rank: int) -> None:
        row = (note.name, path, rank, note.source.sha256, activity, packed(note.source, note.mentions), packed_print(note.print),
               note.learned.region)
        ((letter,),) = self._all("""INSERT INTO letters (name, path, rank, sha256, activity, note, print, region) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (path, name) DO UPDATE SET rank = excluded.rank, sha256 = excluded.sha256, activity = excluded.activity, note = excluded.note,
            print = excluded.print, region = excluded.region, standing = 0 RETURNING id""", *row)
        self._forget(letter)
        meanings = ((letter, one.short, one.name, one.kind, one.defined) for one in note.learned.meanings)
        self._data.executemany("INSERT INTO meanings VALUES (?, ?, ?, ?, ?)", meanings)
        self._data.executemany("INSERT INTO open VALUES (?, ?, ?)", ((letter, form, kind) for form, kind in note.learned.open))
        self._data.executemany("INSERT INTO sketches VALUES (?, ?)", ((key, letter) for key in sorted(set(note.print.sketch[:KEYS]))))

    def begin_table(self, path: str) -> None:
        """Begin to note a table anew: its letters are to be found in it again."""
        self._data.execute("INSERT OR IGNORE INTO files (path) VALUES (?)", (path,))
        self._data.execute("UPDATE files SET sha256 = NULL WHERE path = ?", (path,))
        self._data.execute("UPDATE letters SET standing = 2 WHERE path = ?", (path,))

    def keep_row(self, path: str, name: str, sha256: str, activity: str) -> bool:
        """Whether a row is noted as it is; then it stands."""
        return self._data.execute("UPDATE letters SET standing = 0 WHERE path = ? AND name = ? AND sha256 = ? AND activity = ?",
                                  (path, name, sha256, activity)).rowcount > 0

    def put_rows(self, path: str, notes: Iterable[Note], activity: str, rank: int) -> None:
        """Note letters of a table."""
        for note in notes:
            self._put_letter(path, note, activity, rank)

    def end_table(self, file: FileRead, stat: tuple[int, int], seen: int, activity: str) -> None:
        """Note that a table was read to its end."""
        self._put_stat(file, stat, seen, activity)
        self._drop_missing(file.path)

    def stand_again(self, path: str) -> None:
        """Have the letters of a table that could not be read to its end as they were."""
        self._data.execute("UPDATE letters SET standing = 0 WHERE path = ? AND standing = 2", (path,))

    def put_failure(self, path: str, why: str) -> None:
        """Note that a file could not be read; its letters stay as they were."""
        self._data.execute("INSERT INTO files (path, failure) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET failure = excluded.failure", (path, why))

    def _forget(self, letter: int) -> None:
        for table in ("meanings", "open", "sketches"):
            self._data.execute(f"DELETE FROM {table} WHERE letter = ?", (letter,))

    def drop_letter(self, letter: int) -> None:
        self._forget(letter)
        self._data.execute("DELETE FROM letters WHERE id = ?", (letter,))

    # one letter for each name

    def of_one_name(self) -> Iterator[list[Row]]:
        """The letters of each name that several rows have, those of this build first, then by format; the first is the one to build."""
        for (name,) in self._all("SELECT name FROM letters GROUP BY name HAVING count(*) > 1 OR max(standing) = 1 ORDER BY name"):
            yield [Row(*row) for row in self._all("""SELECT id, name, path, print, standing, path IN (SELECT path FROM named) AS mine FROM letters
                WHERE name = ? ORDER BY standing > 1, mine DESC, rank, path""", name)]

    def stand(self, letter: int, standing: int) -> None:
        self._data.execute("UPDATE letters SET standing = ? WHERE id = ?", (standing, letter))

    def near(self, letter: int, most: int) -> list[tuple[str, bytes]]:
        """Letters with earlier names that share a low hash of their texts, one that few letters have, and their prints; at most so many."""
        return self._all("""WITH few AS (SELECT hash FROM sketches a WHERE letter = ?
                AND (SELECT COUNT(*) FROM (SELECT 1 FROM sketches b WHERE b.hash = a.hash LIMIT ?)) <= ?)
            SELECT DISTINCT o.name, o.print FROM few JOIN sketches b USING (hash) JOIN letters o ON o.id = b.letter
            JOIN letters me ON me.id = ? WHERE o.name < me.name AND o.standing = 0 ORDER BY o.name LIMIT ?""",
                         letter, COMMON + 1, COMMON, letter, most)

    def newly_read(self) -> list[tuple[int, str, bytes]]:
        """The letters of this build that are not in the store as they stand: row, name and print."""
        return self._all(f"SELECT id, name, print FROM letters WHERE standing = 0 AND path IN (SELECT path FROM named) AND {_UNDONE} ORDER BY name")

    # what letters say of short names

    def meanings(self) -> Iterator[Meaning]:
        """What all letters of the corpus say of the short names that some letter leaves open and some letter defines."""
        found = self._data.execute(f"""SELECT DISTINCT m.short, m.name, m.kind, m.defined, l.region
            FROM meanings m JOIN letters l ON l.id = m.letter WHERE {_CORPUS}
            AND m.short IN (SELECT short FROM meanings WHERE defined) AND m.short IN (SELECT form FROM open)""".replace("standing", "l.standing"))
        return (Meaning(short, name, kind, bool(defined), region) for short, name, kind, defined, region in found)

    def put_aliases(self, aliases: Served) -> None:
        """Have these as what the corpus says, and note for each letter which of them it uses."""
        self._data.execute("DELETE FROM aliases")
        self._data.executemany("INSERT INTO aliases VALUES (?, ?, ?, ?)", ((*key, name) for key, name in aliases.items()))
        used: dict[int, list[tuple[str, str, str]]] = {}
        for letter, *alias in self._all("""SELECT o.letter, o.form, o.kind, a.name FROM open o JOIN letters l ON l.id = o.letter
                                           JOIN aliases a ON a.short = o.form AND a.kind = o.kind AND a.region = l.region
                                           ORDER BY o.letter, o.form, o.kind"""):
            used.setdefault(letter, []).append(tuple(alias))
        for (letter,) in self._all("SELECT id FROM letters WHERE used != '[]'"):
            used.setdefault(letter, [])
        rows = ((json.dumps(one, ensure_ascii=False), letter) for letter, one in used.items())
        self._data.executemany("UPDATE letters SET used = ? WHERE id = ?", rows)

    # what is in the store

    def compare(self, stored: Iterable[tuple[str, str, str]]) -> None:
        """Take back what the manifest says is in the store and is not: `stored` gives name, SHA-256 and activity of each letter's graph there."""
        with self.transaction():
            self._data.executemany("INSERT OR REPLACE INTO stored VALUES (?, ?, ?)", stored)
            self._data.execute("""UPDATE letters SET done_sha256 = NULL, done_activity = NULL, done_used = NULL
                WHERE done_sha256 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stored s WHERE s.name = letters.name
                AND s.sha256 = letters.done_sha256 AND s.activity = substr(letters.done_activity, 1, 16))""")
            self._data.execute("DROP TABLE stored")

    def due(self, activity: str) -> Iterator[Due]:
        """The letters to write, by name: those of this build, and any other of the corpus that was read in the same way."""
        for (letter,) in self._all(f"SELECT id FROM letters WHERE {_DUE} ORDER BY name", activity):
            yield from (Due(*row) for row in self._all("SELECT id, name, note, sha256, activity, used FROM letters WHERE id = ?", letter))

    def count_due(self, activity: str) -> int:
        return self._one(f"SELECT count(*) FROM letters WHERE {_DUE}", activity)

    def read_otherwise(self, was: str, now: str) -> None:
        """Have what this build read in one way count as read in another, of which the first pass is the same."""
        for table in ("files", "letters"):
            self._data.execute(f"UPDATE {table} SET activity = ? WHERE activity = ? AND path IN (SELECT path FROM named)", (now, was))

    def is_due(self, letter: int, sha256: str, activity: str, used: str) -> bool:
        """Whether a letter is still to be written with these."""
        found = self._one(f"SELECT count(*) FROM letters WHERE id = ? AND sha256 = ? AND activity = ? AND used = ? AND {_UNDONE}",
                          letter, sha256, activity, used)
        return bool(found)

    def done(self, letter: int, sha256: str, activity: str, used: str) -> str:
        """Note that a letter is in the store so; its name."""
        self._data.execute("""UPDATE letters SET done_sha256 = NULL, done_activity = NULL, done_used = NULL
            WHERE name = (SELECT name FROM letters WHERE id = ?) AND id != ?""", (letter, letter))
        self._data.execute("UPDATE letters SET done_sha256 = ?, done_activity = ?, done_used = ? WHERE id = ?", (sha256, activity, used, letter))
        return str(self._all("SELECT name FROM letters WHERE id = ?", letter)[0][0])

    # what has vanished

    def mark_vanished(self, roots: Iterable[str]) -> None:
        """Mark letters to be taken out: those that files of this build no longer have, and those of files below the roots that are gone."""
        self._data.execute("UPDATE letters SET standing = 3 WHERE standing = 2 AND path IN (SELECT path FROM named)")
        for root in roots:
            gone = [(path,) for (path,) in self._all("SELECT path FROM files WHERE substr(path, 1, ?) = ? AND path NOT IN (SELECT path FROM named)",
                                                     len(root), root) if _gone(path)]
            self._data.executemany("UPDATE letters SET standing = 3 WHERE path = ?", gone)
            self._data.executemany("DELETE FROM files WHERE path = ?", gone)

    def leaving(self) -> list[tuple[int, str, bool]]:
        """The letters that are to be taken out: row, name, and whether another row has the same letter, which stays."""
        return self._all("""SELECT id, name, EXISTS (SELECT 1 FROM letters o WHERE o.name = letters.name AND o.standing != 3) FROM letters
                            WHERE standing = 3 ORDER BY name""")

    # shards

    def put_shard(self, file: str, sha256: str, letters: str) -> None:
        self._data.execute("INSERT OR REPLACE INTO shards VALUES (?, ?, ?)", (file, sha256, letters))

    def shards(self) -> list[tuple[str, str, str]]:
        return self._all("SELECT file, sha256, letters FROM shards ORDER BY file")

    def shard(self, file: str) -> tuple[str, str]:
        """The SHA-256 of a shard, and what its letters are."""
        (found,) = self._all("SELECT sha256, letters FROM shards WHERE file = ?", file)
        return str(found[0]), str(found[1])

    def drop_shard(self, file: str) -> None:
        self._data.execute("DELETE FROM shards WHERE file = ?", (file,))

    # the rest

    def meta(self, key: str) -> str | None:
        found = self._all("SELECT value FROM meta WHERE key = ?", key)
        return found[0][0] if found else None

    def set_meta(self, key: str, value: str) -> None:
        self._data.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def count_entities(self, names: Iterable[str]) -> None:
        """Count entities of this build, each once."""
        self._data.executemany("INSERT OR IGNORE INTO entities VALUES (?)", ((name,) for name in names))

    def entities(self) -> int:
        return self._one("SELECT count(*) FROM entities")

    def count_named(self) -> int:
        """How many files this build has."""
        return self._one("SELECT count(*) FROM named")

    def named_letters(self) -> int:
        """How many letters the files of this build hold."""
        return self._one("SELECT count(*) FROM letters WHERE standing = 0 AND path IN (SELECT path FROM named)")

    def _all(self, sql: str, *values: object) -> list[Any]:
        return self._data.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> int:
        return int(self._data.execute(sql, values).fetchone()[0])
