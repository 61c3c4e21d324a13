"""Work that is mostly talk: calls, orders that are to be others, and prices that somebody has to let pass."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from omc.accounts.models import User
from omc.demo.hours import at_work
from omc.demo.house import PLAYED
from omc.demo.stories.calls import ENDS, who_may
from omc.demo.stories.changes import WHY
from omc.demo.tending.base import AT_ONCE, BaseStaff
from omc.lib import clock
from omc.lib.actor import Actor, system
from orders.core.inputs import LineInput
from orders.core.models import Event, Hold, HoldState, Order, OrderState
from orders.entry import services as entry
from orders.entry.calls import services as calls
from orders.entry.calls.models import Call
from orders.entry.changes import services as changes
from orders.entry.changes.models import ChangeSet
from orders.entry.releases.services import order_release
from orders.pricing import services as pricing
from orders.pricing.agreements import services as agreements
from orders.pricing.guidelines import services as guidelines
from orders.pricing.guidelines.models import Approval, ApprovalState
from orders.pricing.models import Agreement, CostWarning, PlannedRelease, Quote, QuoteState
from orders.pricing.questions.models import PriceQuestion, QuestionState
from orders.pricing.warnings.services import close_warning, watch_costs

TALKS: Final = ("csr", "csr_lead", "sales", "service")
DECIDES: Final = ("pricing", "csr_lead", "admin2")
LONGEST_CALL: Final = timedelta(minutes=30)
VISIT: Final = timedelta(hours=12)
UNANSWERED: Final = 20  # days that a cost warning lies before its prices are seen to
FORGOTTEN: Final = 6  # days that a planned release lies after its day before somebody orders it
UNDECIDED: Final = 120  # hours that a written agreement lies before it is put in force


class TalkingStaff(BaseStaff):
    """Answers the telephone, changes orders and decides about discounts.

    Whoever a visitor came in as is left to the visitor: they find no call on the line that they did not take.
    """

    def hang_up_forgotten(self) -> None:
        """Calls that were on the line when the playing stopped ended then, also when that was on a Friday evening."""
        for call in self._ours_on_the_line().filter(started_at__lte=clock.now() - LONGEST_CALL):
            with clock.stopped_at(call.started_at + timedelta(minutes=2)):
                self._try(calls.end_call, call_id=call.pk, actor=self._as(call.taken_by_id))

    def _telephone(self) -> None:
        for call in self._rows(Call, state="parked", parked_at__lte=self._ago(minutes=15))[:AT_ONCE]:
            if free := self._free():
                self._try(self._called_back, call, free[0])
        if not self.live:
            for _call in range(self.rng.randint(1, 3)):
                self._try(self._whole_call)
            return
        for call in self._ours_on_the_line().filter(started_at__lte=self._ago(minutes=3)):
            self._try(self._hang_up, call)
        if self.rng.random() < 0.25 and (free := self._free()):
            ends, who = self.rng.choice(ENDS), self.rng.choice(free)
            self._try(lambda: self.tales.asks(self.tales.rings(ends, who), ends, who))

    def _whole_call(self) -> None:
        """A call that began some minutes ago and is over now."""
        began, ends = self._ago(minutes=6), self.rng.choice(ENDS)
        free = [who for who in who_may(ends) if who in self._free()]
        if not free or not at_work(began, self.zone):
            return
        who = self.rng.choice(free)
        with clock.stopped_at(began):
            call = self.tales.rings(ends, who)
        with clock.stopped_at(began + timedelta(minutes=1)):
            self.tales.asks(call, ends, who)
        made = self.tales.hangs_up(call, ends, who)
        if ends == "case" and made is not None:
            self.tales.looks_into(made.pk)

    def _hang_up(self, call: Call) -> None:
        who = next(who for who in TALKS if self.house.actors[who].user_id == call.taken_by_id)
        ends = ENDS[call.pk % len(ENDS)] if call.customer_id else "nothing"
        if who not in who_may(ends) or (ends in ("order", "quote") and not call.questions.exists()):
            ends = "answered"
        self.tales.hangs_up(call, ends if call.customer_id or ends == "nothing" else "answered", who)

    def _called_back(self, call: Call, who: str) -> None:
        calls.resume_call(call_id=call.pk, actor=self.house[who])
        calls.end_call(call_id=call.pk, outcome="answered", actor=self.house[who])

    def _ours_on_the_line(self) -> QuerySet[Call]:
        rows = Call.objects.filter(company=self.house.company, state="open")
        begun = Event.objects.filter(subject_type="call", type="call_started", request_id__startswith=PLAYED)
        return rows.filter(pk__in=begun.filter(subject_id__in=rows.values("pk")).values("subject_id"))

    def _free(self) -> list[str]:
        """Who of the desk is neither on the line nor a visitor."""
        busy = set(Call.objects.filter(company=self.house.company, state="open").values_list("taken_by_id", flat=True))
        visited = User.objects.filter(last_login__gte=clock.wall() - VISIT)
        busy |= set(visited.values_list("pk", flat=True))
        return [who for who in TALKS if self.house.actors[who].user_id not in busy]

    def _as(self, user_id: int) -> Actor:
        return next(actor for actor in self.house.actors.values() if actor.user_id == user_id)

    # Change orders ----

    def _time_is_up(self) -> None:
        company_id = self.house.company.pk
        self._count(changes.expire_changes, actor=system("expire change orders", company_id))
        self._count(guidelines.expire_approvals, actor=system("expire approvals", company_id))
        for watch in (agreements.end_agreements, agreements.warn_of_ends, agreements.release_plans):
            self._count(watch, actor=system("watch agreements", company_id))
        if not self.seeding:
            self.done += len(watch_costs(actor=system("watch costs", company_id)))
        for row in self._rows(Agreement, state="draft", created_at__lte=self._ago(hours=UNDECIDED)):
            self._try(agreements.activate_agreement, agreement_id=row.pk, actor=self.house["pricing"])
        late_releases = {
            "state": "due",
            "day__lte": clock.today(self.house.company.time_zone) - timedelta(days=FORGOTTEN),
        }
        for row in self._rows(PlannedRelease, **late_releases):
            self._try(self._call_off, row.pk)
        late = self._rows(CostWarning, state__in=("new", "proposed"), raised_at__lte=self._ago(days=UNANSWERED))
        for warning in late:
            words = "Prices follow with the next lists"
            self._try(close_warning, warning_id=warning.pk, decision=words, actor=self.house["pricing"])

    def _call_off(self, release_id: int) -> None:
        order = order_release(release_id=release_id, actor=self.house["csr"]).order
        entry.submit_order(order_id=order.pk, actor=self.house["csr"])

    def _changes(self) -> None:
        self._time_is_up()
        for change in self._rows(ChangeSet, state="open", opened_at__lte=self._ago(minutes=4)):
            if self._is_played("changeset", "change_opened", change.pk):
                self._try(changes.save_change, change_id=change.pk, actor=self._as(change.opened_by_id))
        if self.rng.random() > (0.06 if self.live else 0.6):
            return
        rows = self._rows(Order, state=OrderState.CONFIRMED, confirmed_at__lte=self._ago(hours=1))
        fresh = rows.filter(confirmed_at__gte=self._ago(days=3), changes=None).exclude(pk__in=self.stories)
        ours = list(fresh.filter(lines__kind="goods").distinct()[:AT_ONCE])
        if ours:
            self._try(self._change, self.rng.choice(ours))

    def _change(self, order: Order) -> None:
        why = WHY[order.pk % len(WHY)]
        who = "csr_lead" if why == "price_correction" else "csr"
        change = self.tales.opened(order, why, who)
        if not self.live:
            changes.save_change(change_id=change.pk, actor=self.house[who])

    # Discounts ----

    def _discounts(self) -> None:
        asked = self._rows(Approval, state=ApprovalState.REQUESTED, requested_at__lte=self._ago(hours=3))
        for approval in asked.select_related("order", "quote")[:AT_ONCE]:
            self._try(self._decide_discount, approval)
        self._price_again()
        if self.rng.random() > (0.02 if self.live else 0.25):
            return
        self._try(self._bargain)

    def _price_questions(self) -> None:
        """What was asked some hours ago is answered; now and then somebody asks."""
        asked = self._rows(PriceQuestion, state=QuestionState.ASKED, asked_at__lte=self._ago(hours=2))
        for question in asked[:AT_ONCE]:
            self._try(self.tales.answers_question, question, ("yes", "other", "yes", "no")[question.pk % 4])
        if self.rng.random() < (0.02 if self.live else 0.2):
            self._try(self.tales.asks_price, self.rng.choice(("yes", "other", "no", "open_question")))

    def _bargain(self) -> None:
        if self.rng.random() < 0.5:
            order = self.tales.low_priced_order()
            entry.submit_order(order_id=order.pk, actor=self.house["csr_lead"])
        else:
            self.tales.asks_for(self.tales.low_priced_quote())

    def _decide_discount(self, approval: Approval) -> None:
        """Whoever was asked by name, else the first who neither asked nor wrote it; one in five is refused,
        but nothing that a change of a confirmed order promised already.
        """
        document = approval.order or approval.quote
        if document is None:
            return
        authors = guidelines.authors(approval, document)
        may = [who for who in DECIDES if self.house.actors[who].user_id not in authors]
        named = [who for who in may if self.house.actors[who].user_id == approval.approver_id]
        promised = approval.order is not None and approval.order.state != OrderState.PENDING
        if may:
            answer = "refused" if approval.pk % 5 == 0 and not promised else "approved"
            self.tales.decides(approval, answer, (named or may)[0])

    def _price_again(self) -> None:
        """What was refused goes out at the prices in force."""
        no = self._rows(Hold, status=HoldState.REJECTED, hold_type__code="discount_approval")
        for hold in no.filter(order__state=OrderState.PENDING, resolved_at__lte=self._ago(hours=1))[:AT_ONCE]:
            self._try(self.tales.price_again, hold.order)
        drafts = self._rows(Quote, state=QuoteState.DRAFT, approvals__state=ApprovalState.REFUSED)
        for quote in drafts.filter(approvals__decided_at__lte=self._ago(hours=1)).distinct()[:AT_ONCE]:
            lines = [
                LineInput(product_id=line.product_id, quantity=line.typed_quantity, unit=line.unit, kind=line.kind)
                for line in quote.lines.order_by("position")
            ]
            self._try(pricing.change_quote, quote_id=quote.pk, lines=lines, actor=self.house["pricing"])

    def _is_played(self, subject: str, begun: str, pk: int) -> bool:
        told = Event.objects.filter(subject_type=subject, subject_id=pk, type=begun)
        return bool(told.filter(request_id__startswith=PLAYED).exists())
