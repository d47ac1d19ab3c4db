"""What the server and its processes say to each other: a head in JSON and a body in bytes, with their lengths before them."""
from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping

FRAME = struct.Struct(">II")
Message = Mapping[str, object]
SMALL = 65_536


def send(channel: socket.socket, head: Message, body: bytes = b"") -> None:
    text = json.dumps(head).encode()
    head_and_text = FRAME.pack(len(text), len(body)) + text
    if len(body) < SMALL:
        channel.sendall(head_and_text + body)       # in one piece: the reader wakes once
    else:
        channel.sendall(head_and_text)
        channel.sendall(body)


def receive(channel: socket.socket) -> tuple[Message, bytes]:
    """The next message; EOFError when the other end is closed."""
    head, body = FRAME.unpack(_read(channel, FRAME.size))
    return json.loads(_read(channel, head)), _read(channel, body)


def _read(channel: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = channel.recv(min(size - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
