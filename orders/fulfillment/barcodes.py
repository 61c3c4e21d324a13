"""Barcodes as bars: the runs of dark modules that a document draws. Only the pattern is made here; the paper draws it."""

from typing import Any

from barcode.codex import Code128, Gs1_128
from barcode.errors import BarcodeError

SSCC_IDENTIFIER = "00"


def code128(text: str) -> dict[str, Any] | None:
    """Any short text as Code 128; None where it cannot be one."""
    return _drawn(Code128, text)


def gs1_sscc(sscc: str) -> dict[str, Any] | None:
    """A parcel's number as GS1-128, under the identifier (00). Source: GS1 General Specifications, SSCC."""
    return _drawn(Gs1_128, f"{SSCC_IDENTIFIER}{sscc}") if sscc else None


def readable_sscc(sscc: str) -> str:
    """A parcel's number as people read it.

    >>> readable_sscc("376104250021234569")
    '(00) 3 7610425 002123456 9'
    """
    return f"({SSCC_IDENTIFIER}) {sscc[0]} {sscc[1:8]} {sscc[8:17]} {sscc[17]}" if sscc else ""


def _drawn(kind: type[Any], text: str) -> dict[str, Any] | None:
    """How many modules it is wide, and where each bar begins with how many modules; without the quiet zones."""
    if not text or not text.isascii():
        return None
    try:
        modules: str = kind(text).build()[0]
    except (BarcodeError, KeyError, ValueError):
        return None
    bars: list[list[int]] = []
    before = "0"
    for n, module in enumerate(modules):
        if module == "1" and before == "1":
            bars[-1][1] += 1
        elif module == "1":
            bars.append([n, 1])
        before = module
    return {"modules": len(modules), "bars": bars}
