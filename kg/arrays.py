"""Named arrays of numbers as bytes, the same for the same arrays: one line of JSON that names them, then their bytes in little-endian order."""
from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError

Array = NDArray[Any]


def pack(arrays: Mapping[str, Array], words: Mapping[str, list[str]] | None = None) -> bytes:
    """Arrays and lists of words, by name."""
    plain = {name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in sorted(arrays.items())}
    head = {"arrays": [[name, array.dtype.str, list(array.shape)] for name, array in plain.items()], "words": dict(sorted((words or {}).items()))}
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return line + b"".join(array.tobytes() for array in plain.values())


def unpack(data: bytes) -> tuple[dict[str, Array], dict[str, list[str]]]:
    """What `pack` packed. The arrays read from `data` and cannot be written. Raises ModelError when the bytes are not such."""
    try:
        at = data.index(b"\n") + 1
        head = json.loads(data[:at])
        arrays: dict[str, Array] = {}
        for name, kind, shape in head["arrays"]:
            dtype, size = np.dtype(kind), int(np.prod(shape, dtype=np.int64))
            arrays[name] = np.frombuffer(data, dtype, size, at).reshape(shape)
            at += size * dtype.itemsize
        return arrays, {name: list(found) for name, found in head["words"].items()}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"A part of the model is damaged ({error}); train it again with kg train.") from error
