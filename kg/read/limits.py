"""How much one file may take: bytes, pages, members, seconds, memory. Letters are small; what passes these is no letter or is hostile."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file. A file over a bound is refused in one sentence; over `seconds` or `memory` its reader is ended."""

    bytes: int = 50_000_000              # of the file itself
    unpacked: int = 200_000_000          # of all members of an archive together
    ratio: int = 200                     # of a member, unpacked to packed, once it is larger than a megabyte
    members: int = 2_000                 # of an archive
    depth: int = 2                       # of archives in archives
    pages: int = 300                     # of a PDF
    scanned: int = 30                    # pages that are read from pictures
    rows: int = 20_000                   # of a table of letters
    characters: int = 200_000            # of one letter; the longest known has some 30,000
    seconds: float = 60.0                # for one file; pictures are given ten times as long
    memory: int = 1_500_000_000          # bytes of address space of the reading process

    def time(self, ocr: bool) -> float:
        """Seconds for one file."""
        return self.seconds * (10 if ocr else 1)


LIMITS = Limits()
TEXT_BYTES = 20_000_000                  # of a plain-text file, which is read without a process of its own
