"""A project: a folder of the user's own, whose file `zhihan.toml` says where things are. `kg init` makes one.

    letters = "letters"             files or folders that `kg build` reads
    store = "kg-store"              the graph
    lexicon = "lexicon"             own names: a folder of .tsv files (docs/howto/lexicon.md)
    patterns = "patterns"           own rules for facts: a folder of .toml files (docs/howto/predicate.md)
    ontology = "ontology.ttl"       own predicates
    corrections = "corrections.yaml"    files of corrections that are in force after every build (docs/howto/correct.md)
    base, model, min_confidence, ocr    as the options of `kg build`

Every key may be left out; what the options of a command say comes before what the file says. Paths are those from the file's folder.
"""
from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from kg.errors import KnowledgeError

FILE = "zhihan.toml"
KEYS = ("letters", "store", "lexicon", "patterns", "ontology", "corrections", "base", "model", "min_confidence", "ocr")


@dataclass(frozen=True, slots=True)
class Project:
    """What a project file says, its paths made whole; `own` is a hash of the user's own knowledge files, empty when there are none."""

    root: Path
    letters: tuple[Path, ...] = ()
    store: Path = Path("kg-store")
    lexicon: Path | None = None
    patterns: Path | None = None
    ontology: Path | None = None
    base: str | None = None
    model: Path | None = None
    min_confidence: float | None = None
    ocr: bool = False
    own: str = ""
    corrections: tuple[Path, ...] = ()

    @property
    def digest(self) -> str:
        """The hash of all that letters are read with: that of the shipped files where the user has none."""
        from kg.ontology import knowledge_digest  # every command looks for a project, few need this
        shipped = knowledge_digest()
        return sha256(f"{shipped} {self.own}".encode()).hexdigest() if self.own else shipped

    def rule_files(self) -> tuple[Path, ...]:
        """The files of the user's own rules, by name."""
        return tuple(sorted(self.patterns.glob("*.toml"))) if self.patterns is not None else ()


def find_project(start: Path | None = None) -> Project | None:
    """The project in a folder (the working directory by default) or in the nearest folder above it; None when there is none."""
    here = (start or Path.cwd()).resolve()
    root = next((folder for folder in (here, *here.parents) if (folder / FILE).is_file()), None)
    return read_project(Path(os.path.relpath(root)) if start is None else root) if root is not None else None


def read_project(folder: Path) -> Project:
    """The project in a folder, which its file may stand for. KnowledgeError when its file is missing or says what cannot be."""
    folder = folder.parent if folder.name == FILE and folder.is_file() else folder
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise KnowledgeError(f"{folder} is no project: it has no {FILE}. Make one with  kg init {folder}.") from None
    except NotADirectoryError:
        raise KnowledgeError(f"{folder} is a file, not the folder of a project: name the folder in which {FILE} stands.") from None
    except OSError as error:
        raise KnowledgeError(f"{path} cannot be read ({error.strerror}): make it a file that you may read.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path} cannot be read as TOML ({error}): correct it there.") from error
    unknown = sorted(set(data) - set(KEYS))
    if unknown:
        raise KnowledgeError(f"{path}: there is no key {unknown[0]!r}: the keys are {', '.join(KEYS)}.")
    said = _Said(path, data)
    place = partial(said.place, folder)
    lexicon, patterns, ontology = place("lexicon", folder_is_meant=True), place("patterns", folder_is_meant=True), place("ontology")
    return Project(folder, tuple(folder / name for name in said.texts("letters")), folder / (said.text("store") or "kg-store"), lexicon, patterns,
                   ontology, said.text("base"), place("model"), said.share("min_confidence"), said.yes("ocr"),
                   _digest(lexicon, patterns, ontology), tuple(folder / name for name in said.texts("corrections")))


@dataclass(frozen=True, slots=True)
class _Said:
    """The values of a project file, each of its type."""

    path: Path
    data: Mapping[str, object]

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is not None and not (isinstance(value, str) and value):
            raise self._wrong(key, "a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise self._wrong(key, "a text or a list of texts")
        return tuple(values)

    def share(self, key: str) -> float | None:
        value = self.data.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1):
            raise self._wrong(key, "a number from 0 to 1")
        return None if value is None else float(value)

    def yes(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def place(self, folder: Path, key: str, *, folder_is_meant: bool = False) -> Path | None:
        """A path that must be there."""
        name = self.text(key)
        if name is None:
            return None
        path = folder / name
        if not (path.is_dir() if folder_is_meant else path.is_file()):
            raise KnowledgeError(f"{self.path}: {key} = {name!r}, but there is no such {'folder' if folder_is_meant else 'file'}: "
                                 "make it, or take the line out.")
        return path

    def _wrong(self, key: str, wanted: str) -> KnowledgeError:
        return KnowledgeError(f"{self.path}: {key!r} must be {wanted}; correct it there.")


def _digest(lexicon: Path | None, patterns: Path | None, ontology: Path | None) -> str:
    """A hash of names and contents, without regard to line ends; empty when there is no file."""
    folders = ((lexicon, "*.tsv"), (patterns, "*.toml"))
    files = [path for folder, kind in folders if folder for path in sorted(folder.glob(kind))] + ([ontology] if ontology else [])
    total = sha256()
    for path in files:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{path.suffix} {path.name} {sha256(content).hexdigest()}\n".encode())
    return total.hexdigest() if files else ""
