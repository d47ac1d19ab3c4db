"""Archives: each member that can be read is read from memory. Nothing is unpacked to the disk, so no path of a member is ever used."""
from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from kg.errors import InputError, KgError
from kg.read.document import Document, Notice, Task
from kg.read.kinds import by_suffix, kind_of, known_kinds

_SMALL = 1_000_000
_UTF8_FLAG = 0x800


def read_member(data: bytes, task: Task, kind: str | None = None) -> tuple[Document, ...]:
    """The documents in a member of an archive or message, named after it."""
    if task.depth > task.limits.depth:
        raise InputError(f"{task.file} lies deeper than {task.limits.depth} archives: unpack them first.")
    if not data.strip():
        raise InputError(f"{task.file} is empty: give a letter with text in it.")
    named, notices = (kind, ()) if kind else kind_of(data, task.file, task.suffix)
    read = known_kinds()[named].load(task.file)
    return tuple(replace(document, name="-".join(filter(None, (task.stem, document.name))), notices=(*notices, *document.notices))
                 for document in read(data, task))


def read_zip(data: bytes, task: Task) -> tuple[Document, ...]:
    """Every letter of an archive; a member that cannot be read is told in a notice. Raises InputError when none can be."""
    found: list[Document] = []
    failed: list[str] = []
    with opened(data, task) as archive:
        for info, name in _letters(archive):
            try:
                found += read_member(member(archive, info, task), task.within(name))
            except KgError as error:
                failed.append(str(error))
    if not found:
        raise InputError(failed[0] if failed else f"{task.file} holds no letters: no file in it is of a format that can be read.")
    notices = tuple(Notice(f"压缩包中有文件未能读取：{said}", f"A file of the archive was not read: {said}") for said in failed)
    return (replace(found[0], notices=(*found[0].notices, *notices)), *found[1:])


def opened(data: bytes, task: Task) -> zipfile.ZipFile:
    """The archive, after its table of contents was checked against the limits; sizes are checked again while members are read."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InputError(f"{task.file} is a damaged archive ({error}): pack or save it again.") from error
    infos, limits = archive.infolist(), task.limits
    if len(infos) > limits.members:
        raise InputError(f"{task.file} has more than {limits.members} members: split the archive.")
    if sum(info.file_size for info in infos) > limits.unpacked:
        raise InputError(f"{task.file} would unpack to more than {limits.unpacked // 1_000_000} MB: it is no archive of letters.")
    for info in infos:
        if info.file_size > _SMALL and info.file_size > limits.ratio * max(1, info.compress_size):
            raise InputError(f"{task.file} holds a member that unpacks to more than {limits.ratio} times its size: it is no archive of letters.")
    return archive


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, task: Task) -> bytes:
    """The bytes of one member; a member that unpacks to more than it says is refused."""
    if info.flag_bits & 1:
        raise InputError(f"{task.file}/{info.filename} is encrypted: unpack it with its password first.")
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(f"{task.file}/{info.filename} is damaged ({error}): pack it again.") from error
    if len(data) > info.file_size:
        raise InputError(f"{task.file}/{info.filename} unpacks to more than it says: it is no archive of letters.")
    return data


def _letters(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """The members that may be letters, by name; hidden files and those of other formats are passed over."""
    named = sorted(((_name(info), info) for info in archive.infolist() if not info.filename.endswith("/")), key=lambda pair: pair[0])
    for name, info in named:
        path = PurePosixPath(name)
        if path.suffix.lower() in by_suffix() and not path.name.startswith(".") and not name.startswith("__MACOSX/"):
            yield info, path.name


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; Chinese Windows writes it in GBK without saying so."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
