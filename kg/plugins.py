"""Readers, recognisers and export formats that other packages bring, found by their entry points (docs/howto/plugin.md).

    zhihan.readers        a kg.read.kinds.Kind          a format of files
    zhihan.recognisers    a kg.recognise.base.Recogniser    what proposes names
    zhihan.exporters      a kg.export.Format            a format of exports

What the program itself brings in this way is named in its pyproject.toml. In a checkout that file is read, so that the program is whole also where it
is not installed; an installed package says the same in its metadata. A plugin that cannot be used is told in a sentence and left out.
"""
from __future__ import annotations

import tomllib
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from kg.errors import KgError

OWN = "zhihan"
READERS, RECOGNISERS, EXPORTERS = (f"{OWN}.{kind}" for kind in ("readers", "recognisers", "exporters"))
T = TypeVar("T")


class PluginWarning(UserWarning):
    """A plugin cannot be used; the program goes on without it."""


class PluginError(KgError):
    """A plugin failed at what was asked of it."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A name in a group, what stands for it (module:attribute), and the package that brings it with its version."""

    name: str
    value: str
    package: str = OWN
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({' '.join(filter(None, (self.package, self.version)))})"


@cache
def plugins(group: str) -> tuple[Plugin, ...]:
    """The plugins of a group, ours first, then by package and name; of two with one name the first counts, and the other is told."""
    found: dict[str, Plugin] = {}
    for plugin in (*_own(group), *sorted(_others(group), key=lambda one: (one.package, one.name))):
        if plugin.name in found:
            tell(plugin, f"there is a plugin of that name already, from {found[plugin.name].package}")
        found.setdefault(plugin.name, plugin)
    return tuple(found.values())


def names(group: str) -> tuple[str, ...]:
    """The names of a group's plugins, none of which is loaded for it."""
    return tuple(plugin.name for plugin in plugins(group))


@cache
def loaded(group: str, kind: type[T]) -> Mapping[str, T]:
    """What the plugins of a group are, by name, each of which must be of this type. What cannot be loaded is told once and left out."""
    return MappingProxyType({plugin.name: what for plugin in plugins(group) if (what := _load(plugin, group, kind)) is not None})


def _load(plugin: Plugin, group: str, kind: type[T]) -> T | None:
    try:
        what = EntryPoint(plugin.name, plugin.value, group).load()
    except Exception as error:          # whatever a foreign package raises while it is imported
        tell(plugin, f"it cannot be loaded ({type(error).__name__}: {error})")
        return None
    if not isinstance(what, kind):
        tell(plugin, f"{plugin.value} is no {kind.__name__}")
        return None
    return what


def tell(plugin: Plugin | str, why: str) -> None:
    """Warn that a plugin is left out, in one sentence that names it."""
    warnings.warn(f"The plugin {plugin} is left out: {why}.", PluginWarning, stacklevel=3)


def _own(group: str) -> Iterator[Plugin]:
    """What this program brings: as its pyproject.toml says in a checkout, else as its metadata does."""
    path = Path(__file__).resolve().parent.parent / "pyproject.toml"
    if path.is_file():
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
        if said.get("name") == OWN:
            yield from (Plugin(name, value) for name, value in said.get("entry-points", {}).get(group, {}).items())
            return
    yield from (Plugin(one.name, one.value) for one in entry_points(group=group) if one.dist is not None and one.dist.name == OWN)


def _others(group: str) -> Iterator[Plugin]:
    for one in entry_points(group=group):
        if one.dist is None or one.dist.name != OWN:
            yield Plugin(one.name, one.value, one.dist.name if one.dist is not None else "?", one.dist.version if one.dist is not None else "")


@contextmanager
def guarded(plugin: Plugin, doing: str) -> Iterator[None]:
    """Turn what a foreign plugin raises into a sentence that names it; faults of this program's own stay what they are."""
    try:
        yield
    except KgError:
        raise
    except Exception as error:
        if plugin.package == OWN:
            raise
        raise PluginError(f"The plugin {plugin} failed while {doing} ({type(error).__name__}: {error}).") from error
