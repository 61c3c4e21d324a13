"""What follows the trucks: the order is closed, something comes back, somebody asks, somebody calls."""

from datetime import datetime, timedelta

from billing import events as billing
from omc.demo.life import Comeback, Question
from omc.demo.scribe.base import ZERO, Written
from omc.demo.scribe.money import CARRIED, MoneyScribe
from omc.history.books import Doer
from omc.history.copying import Row
from omc.lib.money import round_amount
from orders.core import events as core
from returns.claims import events as claims
from returns.postsales import events as postsales

CALL = "Ask whether everything arrived as promised"
CALLING = Doer(job="postsales.call_after_delivery")


class AftermathScribe(MoneyScribe):
    """Tells the rest of an order's life, as far as it has happened."""

    def aftermath(self, told: Written) -> None:
        life = told.life
        if life.cancelled:
            return
        for n, truck in enumerate(life.trucks):
            if self.happened(truck.invoiced):
                self._invoice(told, truck, first=n == 0)
        self._close(told)
        if life.comeback and self.happened(life.comeback.requested):
            self._comeback(told, life.comeback)
        if life.question and self.happened(life.question.opened):
            self._question(told, life.question)
        if life.follow_up and self.happened(life.follow_up[0]):
            self._follow_up(told, *life.follow_up)
        for truck, (invoice, _lines) in zip(life.trucks, told.invoices, strict=False):
            self._paid(told, truck, invoice)

    def _close(self, told: Written) -> None:
        """Delivered once all trucks have arrived, closed once all of it is invoiced too."""
        life, order = told.life, told.order
        arrived = max(truck.delivered for truck in life.trucks)
        if not self.happened(arrived):
            return
        packer, order_id = self.desk.people["warehouse"], order["id"]
        fact = core.OrderDelivered(goods_lines=len(life.lines))
        at = self.desk.utc(arrived)
        self.books.tell("order", order, fact, at, packer, order_id=order_id, moved=("shipped", "delivered"))
        billed = max(truck.invoiced for truck in life.trucks)
        if not self.happened(billed):
            return
        by = packer if arrived >= billed else self.desk.people["billing"]
        at = self.desk.utc(max(arrived, billed))
        self.books.tell("order", order, core.OrderClosed(), at, by, order_id=order_id, moved=("delivered", "closed"))
        order["closed_at"] = order["updated_at"] = at

    def _comeback(self, told: Written, back: Comeback) -> None:
        order, line = told.order, told.lines[back.line]
        at, people, tell, order_id = self.desk.utc, self.desk.people, self.books.tell, told.order["id"]
        found = self._billed(told, line)
        if found is None or order["state"] != "closed":
            return
        invoice, billed = found
        number, (house, code) = self.numbers.next("return"), self.desk.warehouses[told.life.warehouse]
        value = round_amount(back.quantity * line["unit_price"])
        document = self.books.document(
            "return", "returns_claims_return", number=number, state="requested", origin="live", currency="USD",
            net_amount=value, net_base=value, note="", created_at=at(back.requested), received_at=None, settled_at=None,
            credit_note_id=None, customer_id=told.party.id, order_id=order_id, warehouse_id=house,
        )  # fmt: skip
        carried = {column: line[column] for column in CARRIED} | {"position": 1}
        row = self.books.add(
            "returns_claims_returnline", return_order_id=document["id"], order_line_id=line["id"],
            quantity=back.quantity, received=ZERO, accepted=ZERO, reason=back.reason, caused_by_stage=None,
            disposition="", unmatched_reason="", typed_quantity=back.quantity, net_amount=value, net_base=value,
            cost_base=round_amount(back.quantity * line["unit_cost"]), tax_amount=round_amount(value * line["tax_rate"] / 100),
            price_steps=[], **carried,
        )  # fmt: skip
        self._find(
            "return", document["id"], number, [order["number"], told.party.name, told.party.code],
            f"/claims/{document['id']}/", "claims.view_return",
        )  # fmt: skip
        csr, service, packer = people["csr"], people["service"], people["warehouse"]
        reopened = core.OrderReopened(reason=f"return {number} requested")
        tell("order", order, reopened, at(back.requested), csr, order_id=order_id, moved=("closed", "delivered"))
        order["closed_at"] = None
        asked = claims.ReturnRequested(number=number, units=back.quantity, lines=1, reasons=(back.reason,))
        tell("return", document, asked, at(back.requested), csr, order_id=order_id, moved=("", "requested"))
        if not self.happened(back.authorized):
            return
        allowed = claims.ReturnAuthorized(number=number, units=back.quantity, warehouse=code)
        tell(
            "return",
            document,
            allowed,
            at(back.authorized),
            service,
            order_id=order_id,
            moved=("requested", "authorized"),
        )
        if not self.happened(back.closed):
            return  # goods come back whole or not yet: half-way stock would need the live level's lock
        got = claims.ReturnReceived(number=number, units=back.quantity, missing_units=ZERO)
        tell("return", document, got, at(back.received), packer, order_id=order_id, moved=("authorized", "received"))
        document["received_at"], row["received"], line["returned"] = at(back.received), back.quantity, back.quantity
        self.move(
            line["product_id"], house, "return", back.quantity, at(back.received), number, None, line["id"], packer
        )
        scrap = back.quantity if back.disposition == "scrap" else ZERO
        seen = claims.ReturnInspected(
            number=number, accepted_units=back.quantity, restock_units=back.quantity - scrap, scrap_units=scrap,
            send_back_units=ZERO,
        )  # fmt: skip
        tell("return", document, seen, at(back.inspected), packer, order_id=order_id, moved=("received", "inspected"))
        row["accepted"], row["disposition"] = back.quantity, back.disposition
        if scrap:
            self.move(line["product_id"], house, "scrap", -scrap, at(back.settled), number, None, line["id"], service)
        else:
            self.issued.append((line["product_id"], house, -back.quantity))
        self._credit(told, back, document, line, (invoice, billed))
        done = claims.ReturnClosed(number=number)
        tell("return", document, done, at(back.closed), service, order_id=order_id, moved=("settled", "closed"))
        tell(
            "order",
            order,
            core.OrderClosed(),
            at(back.closed),
            service,
            order_id=order_id,
            moved=("delivered", "closed"),
        )
        order["closed_at"] = order["updated_at"] = at(back.closed)

    def _billed(self, told: Written, line: Row) -> tuple[Row, Row] | None:
        for invoice, lines in told.invoices:
            for row in lines:
                if row["order_line_id"] == line["id"]:
                    return invoice, row
        return None

    def _credit(self, told: Written, back: Comeback, document: Row, line: Row, billed: tuple[Row, Row]) -> None:
        """The credit note of a return, offset against the invoice that is still open."""
        invoice, corrects = billed
        order_id, service = told.order["id"], self.desk.people["service"]
        at, day, number = self.desk.utc(back.settled), back.settled.date(), document["number"]
        note = self._posted_document(told, "credit_note", back.credit_note, at, day, day, None, invoice)
        self._sum(note, [self._bill(note, 1, line, back.quantity, corrects)])
        note["reason"] = f"Return {number}"
        line["credited"], told.order["claims"] = back.quantity, "done"
        document["credit_note_id"], document["settled_at"] = note["id"], at
        self._post(note, "invoice", [("receivable", -1), ("revenue", 1), ("tax", 1)], day, at)
        amount = note["total_amount"]
        posted = billing.CreditNotePosted(
            invoice=back.credit_note, original=invoice["number"], total_amount=amount, currency="USD",
            net_base=note["net_base"], units=back.quantity, reason=note["reason"],
        )  # fmt: skip
        self.books.tell("invoice", note, posted, at, service, order_id=order_id, moved=("draft", "posted"))
        self.books.add(
            "billing_application",
            amount=amount,
            at=at,
            credit_note_id=note["id"],
            invoice_id=invoice["id"],
            payment_id=None,
        )
        self._settle(told, invoice, amount, back.credit_note, at, day, service)
        self._settle(told, note, amount, "offset", at, day, service)
        note["paid_at"] = None
        settled = claims.ReturnSettled(number=number, credited_units=back.quantity, credit_note=back.credit_note)
        self.books.tell("return", document, settled, at, service, order_id=order_id, moved=("inspected", "settled"))

    def _question(self, told: Written, asked: Question) -> None:
        order_id, at, number = told.order["id"], self.desk.utc, self.numbers.next("case")
        people, tell = self.desk.people, self.books.tell
        service = people["service"]
        case = self.books.document(
            "case", "returns_postsales_case", number=number, kind="question", state="new", subject=asked.subject, body="",
            resolution="", satisfaction=None, reply_due_at=self.books.hours.add(at(asked.opened), 240),
            first_reply_at=None, created_at=at(asked.opened), resolved_at=None, closed_at=None,
            contact_id=told.party.contact_id, customer_id=told.party.id, order_id=order_id, owner_id=None,
            return_order_id=None,
        )  # fmt: skip
        self._find(
            "case", case["id"], f"{number} {asked.subject}", [told.party.name, told.party.code, told.order["number"]],
            f"/postsales/{case['id']}/", "postsales.view_case",
        )  # fmt: skip
        opened = postsales.CaseOpened(number=number, kind="question")
        tell("case", case, opened, at(asked.opened), people["csr"], order_id=order_id, moved=("", "new"))
        if not self.happened(asked.assigned):
            return
        taken = postsales.CaseAssigned(number=number, owner_id=service.user_id or 0)
        tell("case", case, taken, at(asked.assigned), service, order_id=order_id, moved=("new", "assigned"))
        case["owner_id"] = service.user_id
        if not self.happened(asked.replied):
            return
        words = "Here is what you asked for."
        replied = postsales.CaseReplied(number=number, said="reply sent", to_customer=True, first=True)
        tell("case", case, replied, at(asked.replied), service, order_id=order_id, touch_seconds=180)
        case["first_reply_at"] = at(asked.replied)
        self.books.add(
            "returns_postsales_casemessage", case_id=case["id"], author_id=service.user_id, to_customer=True,
            by_customer=False, body=words, at=at(asked.replied),
        )  # fmt: skip
        self._sent(
            told,
            f"case:{case['id']}:1",
            "case_reply",
            "case",
            case["id"],
            f"[{number}] {asked.subject}",
            words,
            at(asked.replied),
        )
        if not self.happened(asked.resolved):
            return
        solved = postsales.CaseResolved(number=number)
        tell("case", case, solved, at(asked.resolved), service, order_id=order_id, moved=("assigned", "resolved"))
        case["resolution"], case["resolved_at"] = "Answered", at(asked.resolved)
        if not self.happened(asked.closed):
            return
        closed = postsales.CaseClosed(number=number, satisfaction=asked.satisfaction)
        tell("case", case, closed, at(asked.closed), service, order_id=order_id, moved=("resolved", "closed"))
        case["satisfaction"], case["closed_at"] = asked.satisfaction, at(asked.closed)

    def _follow_up(self, told: Written, planned: datetime, done: datetime, outcome: str) -> None:
        order_id, at = told.order["id"], self.desk.utc
        due = planned.date() + timedelta(days=5)
        call = self.books.add(
            "returns_postsales_followup", company_id=self.company_id, purpose=CALL, due_on=due, done_at=None, outcome="",
            created_at=at(planned), case_id=None, customer_id=told.party.id, order_id=order_id, owner_id=None,
        )  # fmt: skip
        fact = postsales.FollowUpPlanned(follow_up_id=call["id"], purpose=CALL, due_on=due)
        self.books.tell("order", told.order, fact, at(planned), CALLING, order_id=order_id)
        if self.happened(done):
            call["done_at"], call["outcome"] = at(done), outcome
            made = postsales.FollowUpDone(follow_up_id=call["id"], purpose=CALL, left=0)
            self.books.tell("order", told.order, made, at(done), self.desk.people["service"], order_id=order_id)
