"""A document as its page shows it: the original line by line, and each proposed line with its doubts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from omc.lib.errors import DomainError
from omc.lib.money import plain
from orders.entry.inbox.models import InboxDocument, InboxLine
from orders.entry.inbox.rules.shapes import FIELDS, SURE
from orders.entry.inbox.selectors import our_prices
from orders.entry.inbox.services import LineEdit
from orders.entry.inbox.services.proposing import is_doubtful

SHOWN_LINES: Final = 3000  # of the original; the file has the rest
LABELS: Final = {
    "customer": _("Customer"), "wanted": _("Wanted on"), "document": _("Document"), "currency": _("Currency"),
    "ship_to": _("Ship to"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeaderDoubt:
    """A field of the header that is not sure."""

    name: str
    label: Any
    percent: int
    why: str


@dataclass(slots=True)
class Cell:
    """One field of a line: what stands in it, how sure it is (percent), and why not wholly."""

    value: str
    percent: int = 100
    why: str = ""
    error: str = ""

    @property
    def doubtful(self) -> bool:
        return self.percent < SURE


@dataclass(slots=True)
class LineRow:
    """One proposed line on the page. Units: prices per ``unit`` in the customer's currency."""

    line: InboxLine
    cells: dict[str, Cell]
    doubtful: bool
    called: str
    ours: Decimal | None = None
    at: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def difference(self) -> Decimal | None:
        if self.ours is None or self.line.stated_price is None:
            return None
        return self.line.stated_price - self.ours


def header_doubts(document: InboxDocument) -> list[HeaderDoubt]:
    """What of the header is not sure, the least sure first."""
    found = [
        HeaderDoubt(name, LABELS.get(name, name), sure, document.why.get(name, ""))
        for name, sure in document.sure.items()
        if sure < SURE
    ]
    return sorted(found, key=lambda doubt: doubt.percent)


def original_lines(document: InboxDocument) -> list[tuple[int, str]]:
    """The text that was read, by numbered lines."""
    text = document.mended or document.text
    return list(enumerate(text.split("\n")[:SHOWN_LINES], start=1)) if text else []


def rows_of(
    document: InboxDocument,
    refusal: DomainError | None = None,
    sent: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[int, Mapping[str, str]] | None = None,
    edits: Sequence[LineEdit] | None = None,
) -> list[LineRow]:
    """The proposed lines, with what was just typed over them where it was refused."""
    lines = list(document.lines.all())
    prices = our_prices(document, lines)
    rows = [_row(line, prices.get(line.pk)) for line in lines]
    by_position = {row.line.position: row for row in rows}
    for number, position in enumerate(sent["position"] if sent else []):
        row = by_position.get(int(position)) if position.isdigit() else None
        if row is None:
            continue
        for name in ("item", "quantity", "unit", "wanted"):
            values = sent[name] if sent else []
            if number < len(values):
                row.cells[name].value = values[number]
        for name, message in (errors or {}).get(number, {}).items():
            row.cells[name].error = message
    for edit in edits or []:
        if row := by_position.get(edit.position):
            row.line.checked, row.line.left_out, row.line.take_price = edit.checked, edit.left_out, edit.take_price
    named: Any = refusal.data.get("lines") if refusal else None
    for each in named if isinstance(named, list) else []:
        if isinstance(each, dict) and (row := by_position.get(each.get("position", 0))):
            name = {"sku": "item", "unit_price": "price"}.get(str(each.get("field")), str(each.get("field")))
            if name in row.cells:
                row.cells[name].error = str(each.get("message", ""))
            else:
                row.errors.append(str(each.get("message", "")))
    return rows


def _row(line: InboxLine, ours: Decimal | None) -> LineRow:
    values = {
        "line": "",
        "item": line.item,
        "quantity": "" if line.quantity is None else plain(line.quantity),
        "unit": line.unit,
        "price": "" if line.stated_price is None else plain(line.stated_price),
        "wanted": line.wanted.isoformat() if line.wanted else "",
    }
    cells = {name: Cell(values[name], line.sure.get(name, 100), line.why.get(name, "")) for name in FIELDS}
    said = line.said or {}
    names = dict.fromkeys(filter(None, [*said.get("names", []), said.get("description", "")]))
    called = " · ".join(name for name in names if name != line.item)
    return LineRow(line, cells, is_doubtful(line), called[:160], ours, int(said.get("at") or 0))
