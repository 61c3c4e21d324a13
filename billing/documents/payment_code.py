"""The square code beside the bank data: a transfer that a banking app fills in, else the address of the invoice's page."""

from decimal import Decimal
from typing import Final

import qrcode
from stdnum import iban

QUIET: Final = 4  # modules of white around it, as the standard asks
MOST: Final = Decimal("999999999.99")


def is_iban(account: str) -> bool:
    """
    >>> is_iban("DE89 3704 0044 0532 0130 00"), is_iban("US00 0110 0015 4321")
    (True, False)
    """
    return bool(iban.is_valid(account))


def sepa_transfer(*, name: str, account: str, amount: Decimal, reference: str) -> str:
    """What the square code of a SEPA credit transfer says; empty where it cannot be: no IBAN, nothing to pay.

    Units: amount in EUR. Source: EPC069-12, version 002 (the bank's own code is not needed within the area).

    >>> sepa_transfer(name="Nord KG", account="DE89 3704 0044 0532 0130 00", amount=Decimal("12.5"), reference="INV-1").split()
    ['BCD', '002', '1', 'SCT', 'Nord', 'KG', 'DE89370400440532013000', 'EUR12.50', 'INV-1']
    """
    if not is_iban(account) or not 0 < amount <= MOST:
        return ""
    lines = [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        name[:70],
        iban.compact(account),
        f"EUR{amount:.2f}",
        "",
        "",
        reference[:140],
    ]
    return "\n".join(lines)


def drawn(text: str) -> str:
    """A text as a square code (QR, error correction M), drawn as SVG; empty for no text."""
    if not text:
        return ""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET)
    code.add_data(text.encode())
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" shape-rendering="crispEdges" d="{path}"/></svg>'
    )
