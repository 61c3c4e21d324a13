"""Work on money that customers do not want to pay."""

from typing import Final

from billing.corrections.services import decide_write_off
from billing.disputes.services import decide_dispute
from billing.models import Dispute, WriteOff
from billing.promises.services import review_promises
from omc.demo.tending.base import AT_ONCE
from omc.demo.tending.talking import TalkingStaff
from omc.lib.actor import system

LOOKED_INTO: Final = 30  # hours that a dispute lies before it is decided


class MoneyStaff(TalkingStaff):
    """Decides disputes: every third is credited, the others are looked into and the invoice stands."""

    def _promises(self) -> None:
        self._count(review_promises, actor=system("promises to pay", self.house.company.pk))

    def _write_offs(self) -> None:
        waiting = self._rows(WriteOff, state="requested", requested_at__lte=self._ago(hours=LOOKED_INTO))
        for asked in waiting[:AT_ONCE]:
            self._try(decide_write_off, write_off_id=asked.pk, agree=True, actor=self.house["credit"])

    def _disputes(self) -> None:
        for dispute in self._rows(Dispute, state="open", raised_at__lte=self._ago(hours=LOOKED_INTO))[:AT_ONCE]:
            outcome = "credited" if dispute.pk % 3 == 0 else "upheld"
            self._try(
                decide_dispute, dispute_id=dispute.pk, outcome=outcome, decision="Looked into",
                actor=self.house["billing"],
            )  # fmt: skip
