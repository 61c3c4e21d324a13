"""Prices that went further than the guidelines: the hold on the order, who was asked, who let them stand."""

from types import SimpleNamespace
from typing import Any, Final

from omc.demo.catalog import FREELY
from omc.demo.life import Leave
from omc.demo.scribe.base import ZERO, BaseScribe, Written
from omc.history.books import Doer
from omc.lib.money import margin_percent
from orders.core import events as core
from orders.pricing.guidelines import events
from orders.pricing.guidelines.selectors import fingerprint_of
from orders.pricing.guidelines.services.holds import HOLD

JOB: Final = Doer(job="discount approval")
DECIDE_MINUTES: Final = 2 * 480  # two business days


class LeaveScribe(BaseScribe):
    """Writes what was asked for and granted; what it led to, the orders after it say."""

    def leave(self, told: Written, leave: Leave) -> None:
        """The order is held from the moment it was handed in until somebody decided."""
        people, tell, order = self.desk.people, self.books.tell, told.order
        asked, decided = self.desk.utc(told.life.submitted), self.desk.utc(leave.decided)
        lines = [told.lines[n] for n, _percent in leave.lines]
        goods = list(zip(told.life.lines, told.lines, strict=False))
        until = self.books.hours.add(asked, DECIDE_MINUTES)
        request = self.books.document(
            "approval", "orders_pricing_approval", quote_id=None, order_id=order["id"], customer_id=told.party.id,
            version_id=self.desk.guidelines[0], state="requested", reason="", findings=self._findings(told, leave),
            fingerprint=_fingerprint(told), system_base=sum((wanted.system_net for wanted, _row in goods), ZERO),
            net_base=sum((row["net_base"] for _wanted, row in goods), ZERO),
            cost_base=sum((row["cost_base"] for _wanted, row in goods), ZERO), requested_by_id=people["csr"].user_id,
            requested_at=asked, expires_at=until, approver_id=None, decided_by_id=people[leave.who].user_id,
            decided_at=decided, decision=leave.decision,
        )  # fmt: skip
        number, order_id = order["number"], order["id"]
        wanted = events.DiscountRequested(
            document=number, lines=len(lines), reason="", net_base=request["net_base"], expires_at=until
        )
        tell(
            "approval",
            request,
            wanted,
            asked,
            people["csr"],
            order_id=order_id,
            moved=("", "requested"),
            rule_version=1,
        )
        granted = events.DiscountApproved(document=number, decision=leave.decision)
        moved = ("requested", "approved")
        tell("approval", request, granted, decided, people[leave.who], order_id=order_id, moved=moved)
        where = ", ".join(f"line {row['position']}" for row in lines)
        reason = f"Outside the discount guidelines: {where}. Approval was asked for."
        who = self.desk.names[people[leave.who].user_id or 0]
        self.held(told, HOLD, reason, f"Approved by {who}: {leave.decision}", asked, decided, people["csr"], JOB)

    def held(
        self,
        told: Written,
        code: str,
        reason: str,
        resolution: str,
        placed: Any,
        resolved: Any,
        by: Doer,
        lifted_by: Doer,
    ) -> None:
        """A hold of the order that was lifted again."""
        kind, order_id = self.hold_types[code], told.order["id"]
        self.books.add(
            "orders_hold", company_id=self.company_id, hold_type_id=kind.pk, status="resolved", reason=reason,
            placed_at=placed, due_at=self.books.hours.add(placed, kind.sla_minutes), resolved_at=resolved,
            resolution=resolution, customer_id=None, owner_id=None, placed_by_id=by.user_id,
            resolved_by_id=lifted_by.user_id, order_id=order_id, line_id=None,
        )  # fmt: skip
        fact = core.HoldPlaced(hold=kind.name, code=code, cause=kind.cause, reason=reason, blocks=tuple(kind.blocks))
        self.books.tell("order", told.order, fact, placed, by, order_id=order_id)
        minutes = int((resolved - placed).total_seconds() // 60)
        done = core.HoldResolved(
            hold=kind.name, code=code, cause=kind.cause, resolution=resolution, held_minutes=minutes
        )
        self.books.tell("order", told.order, done, resolved, lifted_by, order_id=order_id)

    def _findings(self, told: Written, leave: Leave) -> list[dict[str, Any]]:
        """As a request keeps them."""
        return [
            {
                "position": told.lines[n]["position"], "item": told.life.lines[n].item.sku, "mode": "approve",
                "guideline_id": self.desk.guidelines[1], "discount_percent": str(percent),
                "margin_percent": str(margin_percent(told.lines[n]["net_base"], told.lines[n]["cost_base"])),
                "max_discount_percent": str(FREELY), "min_margin_percent": None,
            }
            for n, percent in leave.lines
        ]  # fmt: skip


def _fingerprint(told: Written) -> str:
    order, lines = SimpleNamespace(**told.order), [SimpleNamespace(**line) for line in told.lines]
    return fingerprint_of(order, lines)  # type: ignore[arg-type]  # it reads columns, which the rows have too
