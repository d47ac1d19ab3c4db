"""Corrections as a YAML file: read with the line of each thing that is wrong, and written.

    by: 王芳                             who, for all that do not say it themselves
    when: 2025-03-01
    corrections:
    - merge: [津港合作周, 天津香港合作周]      two names are one
      into: 津港合作周
      why: 同一活动
    - rename: 某科技局                    the name is wrong                   to: NAME
    - split: 经开区                       one name is two                     to: NAME   letter: L and/or quote: WORDS   class: CLASS
    - class: 海河产业基金                  the class is wrong                  to: Fund
    - wrong: fact                        the letter does not say this        letter subject predicate object [status time quote]
    - missing: fact                      it says this too                    and quote (its words), time place field amount role
    - change: fact                       status or time is another           to: {status: planned, time: 2025}
    - wrong: figure                      also missing and change             letter subject indicator value unit [time quote]
    - hide: 某人                          keep it out of the graph            or hide: fact …
    - note: 某园区                        only a word on it                   or note: fact …, note: letter

Every scalar is a text, whatever YAML makes of it elsewhere (`no`, 2025-03-01). Aliases, tags and keys given twice are refused.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from kg.curate.fields import Given, correction
from kg.curate.model import KINDS, PART, Correction, Placed
from kg.errors import InputError

MOST = 20_000_000                       # bytes of a file
TAGS = frozenset("str int float bool null timestamp merge value seq map".split())       # what YAML itself sees in a plain scalar


class _Loader(yaml.SafeLoader):         # type: ignore[misc]  # PyYAML has no types
    """Composes nodes; an alias is refused, so that no file can grow beyond what it weighs."""

    def compose_node(self, parent: yaml.Node | None, index: int | None) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem=f"*{event.anchor} repeats another part; write it out", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def read_yaml(path: Path) -> list[Placed]:
    """The corrections of a file. InputError tells file and line of what is wrong."""
    return parse_yaml(_text(path), path)


def parse_yaml(text: str, path: Path) -> list[Placed]:
    """The corrections of a text that stands in the file `path`."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _wrong(path, mark.line if mark else 0, f"this is no YAML ({error.problem or error.context})") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise _wrong(path, 0, f"this is no YAML ({said})") from None
    if root is None:
        return []
    head = _mapping(path, root, "the file", ("by", "when", "corrections"))
    shared: dict[str, yaml.Node] = {key: head[key] for key in ("by", "when") if key in head}
    listed = head.get("corrections")
    if listed is None:
        raise _wrong(path, root.start_mark.line, "there is no list `corrections:`")
    return [_placed(path, node, shared) for node in _sequence(path, listed)]


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): give a file of corrections.") from error
    if len(data) > MOST:
        raise InputError(f"{path} is larger than {MOST // 1_000_000} MB: give corrections in several files.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}, line {data[:error.start].count(10) + 1}: this is no UTF-8: save the file as UTF-8.") from error


def _placed(path: Path, node: yaml.Node, shared: Mapping[str, yaml.Node]) -> Placed:
    """A correction; `shared` is what the file says for all that do not say it themselves."""
    line = node.start_mark.line
    found = _mapping(path, node, "a correction", None)
    given: dict[str, tuple[str, ...]] = {}
    inner: dict[str, yaml.Node] = {}
    for key, value in ({**shared, **found}).items():
        if isinstance(value, yaml.MappingNode) and key == "to":
            inner = _mapping(path, value, "`to`", None)
        elif isinstance(value, yaml.SequenceNode):
            _untagged(path, value)
            given[key] = tuple(_scalar(path, one) for one in value.value)
        else:
            given[key] = (_scalar(path, value),)
    to = {name: _scalar(path, one) for name, one in inner.items()}
    lines = {key: value.start_mark.line for key, value in ({f"to: {name}": one for name, one in inner.items()} | {**shared, **found}).items()}
    try:
        return Placed(correction(Given(given, to, path.name)), f"{path}, line {line + 1}")
    except InputError as error:
        key = next((key for key in lines if f"`{key}`" in str(error)), "")
        raise _wrong(path, lines.get(key, line), str(error).rstrip(".")) from None


def _mapping(path: Path, node: yaml.Node, what: str, known: tuple[str, ...] | None) -> dict[str, yaml.Node]:
    _untagged(path, node)
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(path, node.start_mark.line, f"{what} must be `key: value` lines")
    found: dict[str, yaml.Node] = {}
    for key_node, value in node.value:
        key = _scalar(path, key_node)
        if known is not None and key not in known:
            raise _wrong(path, key_node.start_mark.line, f"`{key}` is not known here; {what} has {', '.join(known)}")
        if key in found:
            raise _wrong(path, key_node.start_mark.line, f"`{key}` is given twice")
        found[key] = value
    return found


def _sequence(path: Path, node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null"):
        return []
    _untagged(path, node)
    if not isinstance(node, yaml.SequenceNode):
        raise _wrong(path, node.start_mark.line, "`corrections` must be a list, each item begun by `- `")
    return list(node.value)


def _scalar(path: Path, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(path, node.start_mark.line, "a text is needed here, not a list or a mapping")
    _untagged(path, node)
    return " ".join(str(node.value).split()) if "\n" not in str(node.value) else str(node.value).strip()


def _untagged(path: Path, node: yaml.Node) -> None:
    if node.tag.removeprefix("tag:yaml.org,2002:") not in TAGS:
        raise _wrong(path, node.start_mark.line, f"tags such as {node.tag} are not read")


def _wrong(path: Path, line: int, what: str) -> InputError:
    return InputError(f"{path}, line {line + 1}: {what}.")


# ---- written

def write_yaml(corrections: Iterable[Correction], heading: str = "") -> str:
    """The corrections as a file that `read_yaml` reads back, in the order of their kinds and names."""
    head = [f"# {line}" for line in heading.splitlines()]
    order = sorted(corrections, key=lambda one: (list(KINDS).index(one.kind), one.names, one.of, one.to))
    body = [line for one in order for line in entry(one)]
    return "\n".join([*head, "corrections:", *body] if body else [*head, "corrections: []"]) + "\n"


def entry(one: Correction) -> Iterator[str]:
    """One correction as lines of YAML."""
    names = [_quoted(name) for name in one.names]
    first = one.target if one.target != "name" else f"[{', '.join(names)}]" if one.kind == "merge" else names[0]
    yield f"- {one.kind}: {first}"
    for key, value in one.of:
        yield f"  {key}: {_quoted(value)}"
    if one.kind == "change":
        yield f"  to: {{{', '.join(f'{key}: {_quoted(value)}' for key, value in one.to)}}}"
    else:
        for key, value in one.to:
            named = (one.kind in PART and key == "name") or (one.kind == "class" and key == "class")
            yield f"  {PART[one.kind] if named else key}: {_quoted(value)}"
    for key, value in (("by", one.by), ("when", one.when), ("why", one.why)):
        if value:
            yield f"  {key}: {_quoted(value)}"


def _quoted(text: str) -> str:
    """A scalar of YAML that is read back as this text: plain where that is safe, else in double quotes as JSON has them."""
    plain = re.fullmatch(r"[\w\u3400-\u9fff（）《》“”、，。·—]+(?:[ .-]?[\w\u3400-\u9fff（）《》“”、，。·—%/]+)*", text)
    if plain and text not in ("~", "null"):
        return text
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda sign: f"\\u{ord(sign.group()):04x}", json.dumps(text, ensure_ascii=False))
