"""Letters at addresses that fsspec knows (s3://…, https://…, memory://…): copied into the store's folder, and copied again when they change there.

    DIR/build/fetched/PROTOCOL/…    the copies, under the names that they have at their address
    DIR/build/fetched.json          what told each copy's version there: an ETag, or size and time

Needs the extra `urls`, and for most protocols a package that fsspec names (s3fs, gcsfs, aiohttp).
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.build.inputs import is_letter
from kg.errors import InputError, KgError, MissingExtra

URL = re.compile(r"^[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_url(path: str | Path) -> bool:
    """Whether this is an address, and no file; a drive letter is none."""
    return bool(URL.match(str(path)))


def fetched(urls: Iterable[str], folder: Path) -> list[Path]:
    """The folders and files of copies of what is at the addresses; what has vanished there is taken away here.

    An address is a file, a pattern, or a folder (all letters below it). Raises InputError when nothing is there, or it cannot be reached.
    """
    try:
        import fsspec
    except ImportError:
        raise MissingExtra("urls", "Reading letters from an address") from None
    tokens = _tokens(folder)
    out = []
    for url in urls:
        try:
            out.append(_copied(fsspec, url, folder, tokens))
        except KgError:
            raise
        except ImportError as error:
            raise InputError(f"{url} needs a package that is not installed ({error}): install it.") from None
        except Exception as error:          # each protocol has errors of its own
            raise InputError(f"{url} cannot be read ({type(error).__name__}: {str(error)[:200]}): check the address and the network.") from None
        finally:
            _note(folder, tokens)
    return out


def _copied(fsspec: Any, url: str, folder: Path, tokens: dict[str, str]) -> Path:
    """The copy of an address: a file, or the folder of all."""
    system, root = fsspec.core.url_to_fs(url)
    names, whole = _names(system, root)
    if not names:
        raise InputError(f"{url} has no letters: check the address.")
    protocol = url.partition("://")[0]
    base = folder / "fetched" / protocol
    for name in names:
        copy, token = base / _local(name), str(system.ukey(name))
        if tokens.get(str(copy)) != token or not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            part = copy.with_name(f".{copy.name}.part")
            system.get_file(name, str(part))
            part.replace(copy)
            tokens[str(copy)] = token
    if not whole:
        return base / _local(names[0])
    top = base / _local(root.split("*")[0].rpartition("/")[0] if "*" in root else root)
    wanted = {base / _local(name) for name in names}
    for copy in [path for path in top.rglob("*") if path.is_file() and path not in wanted]:
        copy.unlink()
        tokens.pop(str(copy), None)
    return top


def _names(system: Any, root: str) -> tuple[list[str], bool]:
    """The files at an address, and whether it may name several."""
    if "*" in root:
        return sorted(name for name in system.glob(root) if system.isfile(name)), True
    if system.isdir(root):
        return sorted(name for name in system.find(root) if is_letter(name.rpartition("/")[2])), True
    return ([root] if system.exists(root) else []), False


def _local(name: str) -> Path:
    """A name at an address as a path below a folder, whatever it has in it."""
    name = re.sub("^[a-z]+://", "", name)
    return Path(*("%2E" * len(part) if part.strip(".") == "" else part.replace("\\", "%5C") for part in name.split("/") if part))


def _tokens(folder: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        found = json.loads((folder / "fetched.json").read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def _note(folder: Path, tokens: dict[str, str]) -> None:
    part = folder / "fetched.json.part"
    part.write_text(json.dumps(tokens), encoding="utf-8")
    part.replace(folder / "fetched.json")
