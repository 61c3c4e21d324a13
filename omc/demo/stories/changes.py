"""Confirmed orders that are to be others: what the customer wants instead, or what we got wrong."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Final

from omc.demo.stage import Story
from omc.demo.stories.base import BaseTales
from omc.lib.money import plain, round_price
from orders.core.inputs import LineInput
from orders.core.models import Order, OrderLine
from orders.entry.changes import services as changes
from orders.entry.changes.models import ChangeSet
from orders.entry.changes.services import AddedWish, LineWish, Wishes

WHY: Final = (
    "changed_mind", "our_error", "date_change", "mis_ordered", "price_correction", "our_error", "substitution",
)  # fmt: skip
ENDS: Final = ("open", "conflicted", "expired", "withdrawn")


class ChangeTales(BaseTales):
    """An order is changed after it was confirmed."""

    def change(self, order: Order, how: str) -> Story:
        """For one of the reasons and saved, or ending in one of the other ways."""
        house, why = self.house, how if how in WHY else "changed_mind"
        if how in ("open", "conflicted"):
            yield from self.lately(0.1, 0.2)
        who = "csr_lead" if why == "price_correction" else "csr"
        change = self.opened(order, why, who)
        yield timedelta(minutes=self.rng.randint(2, 6))
        if how == "conflicted":  # a colleague was quicker
            theirs = self.opened(order, "our_error", "csr_lead")
            changes.save_change(change_id=theirs.pk, actor=house["csr_lead"])
        if how == "withdrawn":
            changes.withdraw_change(change_id=change.pk, actor=house[who])
        elif how not in ("open", "expired"):
            changes.save_change(change_id=change.pk, actor=house[who])

    def opened(self, order: Order, why: str, who: str) -> ChangeSet:
        """A change with everything that is wanted in it, ready to be saved."""
        change: ChangeSet = changes.open_change(order_id=order.pk, actor=self.house[who])
        changes.write_change(change_id=change.pk, wishes=self._wishes(order, why), actor=self.house[who])
        return change

    def _wishes(self, order: Order, why: str) -> Wishes:
        lines = list(order.lines.filter(kind="goods", parent=None).order_by("position"))
        line, rng = lines[-1], self.rng
        order.refresh_from_db()
        if why == "date_change" and order.requested_date:
            day = order.requested_date + timedelta(days=rng.randint(3, 7))
            return Wishes(order={"requested_date": day.isoformat()}, order_reason=why)
        if why == "price_correction":
            return _wish(line, why, unit_price=plain(round_price(line.unit_price * D("0.97"))))
        if why == "mis_ordered" and len(lines) > 1:
            return _wish(line, why, quantity="0")
        if why == "substitution":
            known = {row.product_id for row in lines}
            instead = next(item for item in rng.sample(self.goods, 12) if item.pk not in known)
            added = AddedWish(line=LineInput(product_id=instead.pk, quantity=line.typed_quantity), reason=why)
            return Wishes(lines=[_cancelled(line, why)], added=[added])
        more = line.typed_quantity + (2 if why == "our_error" else line.typed_quantity)
        return _wish(line, why, quantity=plain(more))


def _wish(line: OrderLine, why: str, **fields: str) -> Wishes:
    return Wishes(lines=[LineWish(line_id=line.pk, fields=fields, reason=why)])


def _cancelled(line: OrderLine, why: str) -> LineWish:
    return LineWish(line_id=line.pk, fields={"quantity": "0"}, reason=why)
