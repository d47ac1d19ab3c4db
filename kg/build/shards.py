"""Shards: the graphs of some letters as a file beside the manifest, whole or not at all, until they are in the store."""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kg.build.manifest import Due, Manifest
from kg.build.work import Shard
from kg.store import Store
from kg.store.prepared import unpacked


@dataclass(frozen=True, slots=True)
class Loaded:
    """A letter that is in the store now, and how much was found in it."""

    name: str
    mentions: int
    facts: Mapping[str, int]        # by status
    figures: int
    claims: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of a store, in a folder."""

    folder: Path
    manifest: Manifest

    def save(self, shard: Shard, letters: Sequence[Due]) -> str:
        """Write a shard, and note what is in it; its file's name."""
        self.folder.mkdir(exist_ok=True)
        digest = sha256(shard.data).hexdigest()
        path = self.folder / f"{digest[:32]}.nq"
        part = path.with_suffix(".part")
        part.write_bytes(shard.data)
        part.replace(path)
        told = [[due.id, due.sha256, due.activity, due.used, one.mentions, dict(one.facts), one.figures, list(one.entities), dict(one.claims)]
                for due, one in zip(letters, shard.counts, strict=True)]
        self.manifest.put_shard(path.name, digest, json.dumps(told, ensure_ascii=False))
        return path.name

    def left(self) -> Iterator[str]:
        """The shards that an earlier build wrote and did not come to load; files of no use any more are taken away."""
        self.folder.mkdir(exist_ok=True)
        kept = {file for file, _, _ in self.manifest.shards()}
        for path in self.folder.iterdir():
            if path.name not in kept:
                path.unlink()
        yield from sorted(kept)

    def load(self, store: Store, file: str) -> list[Loaded]:
        """Put the letters of a shard that are still due into the store, and note that they are there."""
        digest, letters = self.manifest.shard(file)
        path = self.folder / file
        data = path.read_bytes() if path.exists() else b""
        wanted = [one for one in json.loads(letters) if self.manifest.is_due(*one[:4])] if sha256(data).hexdigest() == digest else []
        if wanted:
            rows = {one[0] for one in wanted}
            found = [one for one, told in zip(unpacked(data), json.loads(letters), strict=True) if told[0] in rows]
            del data                    # `found` has the same again
            store.put_letters(found)
        loaded: list[Loaded] = []
        with self.manifest.transaction():
            for row, sha, activity, used, mentions, facts, figures, entities, claims in wanted:
                loaded.append(Loaded(self.manifest.done(row, sha, activity, used), mentions, facts, figures, claims))
                self.manifest.count_entities(entities)
            self.manifest.drop_shard(file)
        path.unlink(missing_ok=True)
        return loaded
