"""The moving picture keeps every frame, in order, and numbers its parts without a gap."""

import struct
import zlib

import pytest

from omc.run.moving import SIGNATURE, _chunk, _chunks, moving_picture


def still(gray: int, width: int = 2, height: int = 1) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + bytes([gray]) * width) * height)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def test_every_frame_is_in_it_for_its_time():
    parts = list(_chunks(moving_picture([still(0), still(128), still(255)], 900)))
    assert [name for name, _ in parts] == [
        b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT", b"fcTL", b"fdAT", b"IEND",
    ]  # fmt: skip
    assert struct.unpack(">II", parts[1][1]) == (3, 0)
    assert [struct.unpack(">I", data[:4])[0] for name, data in parts if name in (b"fcTL", b"fdAT")] == [0, 1, 2, 3, 4]
    assert {struct.unpack(">HH", data[20:24]) for name, data in parts if name == b"fcTL"} == {(900, 1000)}
    assert zlib.decompress(parts[-2][1][4:]) == b"\x00\xff\xff"


@pytest.mark.parametrize("frames", [[], [still(0), still(0, width=3)]])
def test_frames_that_do_not_fit_together_are_refused(frames):
    with pytest.raises(ValueError, match="one size"):
        moving_picture(frames, 900)
