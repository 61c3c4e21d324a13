"""One typed row as the server sees it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from orders.core.inputs import LineInput
from orders.core.models import Order, OrderLine
from orders.entry import forms
from orders.entry.selectors.grid import Row, rows_for
from orders.entry.selectors.lookup import items_found

LinesOf = Callable[[list[LineInput]], list[OrderLine]]

LEAST_WORDS: Final = 3  # letters from which an item may be found by words


def row_meant(row: Row, order: Order, lines_of: LinesOf, actor: Actor) -> tuple[Row, list[OrderLine]]:
    """The row drawn anew with its lines, which ``lines_of`` makes of what is typed; or as it was with its errors.

    Words that only one item answers to mean it; of several none is guessed.
    """
    typed = forms.line_input(row)
    if typed is None:
        return row, []
    try:
        lines = lines_of([typed])
        return rows_for(order, lines, actor)[0], lines
    except DomainError as refusal:
        if not forms.show_refused([row], refusal.data.get("lines")):
            row.errors["item"] = refusal.message
    if "item" in row.errors and len(row.item) >= LEAST_WORDS:
        meant = [hit.product.sku for hit in items_found(order, row.item, actor)]
        if len(meant) == 1 and meant[0].upper() != row.item.upper():
            return row_meant(replace(row, item=meant[0], errors={}), order, lines_of, actor)
        if len(meant) > 1 and row.item.upper() not in map(str.upper, meant):
            row.errors["item"] = _("Several items are called that. Choose one from the list.")
    return row, []


def rows_taken(rows: list[Row], order: Order, lines_of: LinesOf, actor: Actor) -> list[Row]:
    """Many rows drawn anew at once, in their order; those that cannot be are as they were, with their errors.

    The lines are priced together, in as many queries as one line.
    """
    drawn: dict[int, Row] = {}
    asked = {at: typed for at, row in enumerate(rows) if (typed := forms.line_input(row)) is not None}
    while asked and not drawn:
        try:
            drawn = dict(zip(asked, rows_for(order, lines_of(list(asked.values())), actor), strict=True))
        except DomainError as refusal:  # then without those that it names, or without any
            these = [rows[at] for at in asked]
            if not forms.show_refused(these, refusal.data.get("lines")):
                for row in these:
                    row.errors["item"] = refusal.message
            asked = {at: typed for at, typed in asked.items() if not rows[at].errors}
    return [drawn.get(at, row) for at, row in enumerate(rows)]
