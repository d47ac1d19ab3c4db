"""RDF/XML: one rdf:Description for each subject."""
from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import InputError
from kg.export.choice import Chosen
from kg.export.statements import groups, parts
from kg.export.terms import SPACES, STRING, Text, Thing, cut, thing
from kg.export.xml import escaped, quoted
from kg.ontology import PREFIXES
from kg.store import Store

NAME = re.compile(r"[A-Za-z_][\w.-]*")
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rdfxml(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The merge of what is chosen. InputError for a character or a property name that XML cannot carry."""
    spaces = "".join(f'\n    xmlns:{prefix}="{space}"' for prefix, space in sorted(PREFIXES.items()))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n\n'.encode()
    with parts(store, chosen) as sorter:
        for subject, statements in groups(sorter):
            yield _description(thing(subject, statements)).encode()
    yield b"</rdf:RDF>\n"


def _description(one: Thing) -> str:
    lines = (f"    {_property(prop, value, one.iri)}\n" for prop, values in one.values.items() for value in values)
    return f"<rdf:Description rdf:about={quoted(one.iri)}>\n{''.join(lines)}</rdf:Description>\n\n"


def _property(prop: str, value: str | Text, subject: str) -> str:
    name, space = _name(prop)
    if isinstance(value, str):
        return f"<{name}{space} rdf:resource={quoted(value)}/>"
    wrong = FORBIDDEN.search(value.value)
    if wrong:
        raise InputError(f"{subject} has the character U+{ord(wrong.group()):04X}, which XML cannot carry: choose another format, such as turtle.")
    kind = f' xml:lang="{value.language}"' if value.language else f" rdf:datatype={quoted(value.datatype)}" if value.datatype != STRING else ""
    return f"<{name}{space}{kind}>{escaped(value.value)}</{name}>"


def _name(prop: str) -> tuple[str, str]:
    """The tag of a property, and the declaration of its namespace where the head has none."""
    space, local = cut(prop)
    if not NAME.fullmatch(local) or not space:
        raise InputError(f"The property <{prop}> cannot be an XML name: choose another format, such as turtle.")
    return (f"{SPACES[space]}:{local}", "") if space in SPACES else (f"p:{local}", f" xmlns:p={quoted(space)}")
