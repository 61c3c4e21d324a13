"""Still pictures in, one moving picture out: an animated PNG, which every browser shows."""

import struct
import zlib
from collections.abc import Iterator, Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def moving_picture(frames: Sequence[bytes], frame_ms: int) -> bytes:
    """PNG pictures of one size, each shown for ``frame_ms``, over and over.

    Raises: ValueError without frames, or when their sizes or colors differ
    """
    heads = {next(data for name, data in _chunks(frame) if name == b"IHDR") for frame in frames}
    if len(heads) != 1:
        raise ValueError("A moving picture needs frames of one size and kind.")
    (head,) = heads
    width, height = struct.unpack(">II", head[:8])
    out = [SIGNATURE, _chunk(b"IHDR", head), _chunk(b"acTL", struct.pack(">II", len(frames), 0))]
    number = 0
    for index, frame in enumerate(frames):
        out.append(_chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, 0, 0, frame_ms, 1000, 0, 0)))
        number += 1
        for name, data in _chunks(frame):
            if name == b"IDAT" and index == 0:
                out.append(_chunk(b"IDAT", data))
            elif name == b"IDAT":
                out.append(_chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
    return b"".join([*out, _chunk(b"IEND", b"")])
