"""What follows the trucks: delivery, invoices and payments, returns and credit notes, questions, calls."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

from billing import events as billing
from omc.demo.lives import Comeback, Question, Truck
from omc.demo.scribe.orders import ZERO, OrderScribe, Written
from omc.history.books import Doer
from omc.history.copying import Row
from omc.lib.money import round_amount
from orders.core import events as core
from returns.claims import events as claims
from returns.postsales import events as postsales

CALL = "Ask whether everything arrived as promised"
CALLING = Doer(job="postsales.call_after_delivery")
CARRIED = (
    "position", "kind", "product_id", "description", "unit", "unit_factor", "list_price", "unit_price", "unit_cost",
    "tax_code", "tax_rate",
)  # fmt: skip


class MoneyScribe(OrderScribe):
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

    # Invoices and payments ----

    def _invoice(self, told: Written, truck: Truck, *, first: bool) -> None:
        order, life, at = told.order, told.life, self.desk.utc(truck.invoiced)
        rows = [told.lines[n] for n in truck.lines]
        if first and life.freight:
            rows.append(told.lines[-1])
        shipment = self._shipment_of(told, truck)
        day = truck.invoiced.date()
        due = day + timedelta(days=told.party.net_days)
        invoice = self._posted_document(told, "invoice", truck.invoice, at, day, due, shipment["id"], None)
        lines = [self._bill(invoice, n, row, row["ordered"]) for n, row in enumerate(rows, 1)]
        self._sum(invoice, lines)
        for row in rows:
            row["invoiced"] = row["ordered"]
        left = sum((row["ordered"] - row["invoiced"] for row in told.lines), ZERO)
        order["billing"] = "part" if left else "done"
        bill = self.desk.people["billing"]
        fact = billing.InvoicePosted(
            invoice=truck.invoice, total_amount=invoice["total_amount"], currency="USD", net_base=invoice["net_base"],
            due_date=due, shipment=shipment["number"], left_to_invoice=left,
        )  # fmt: skip
        self.books.tell(
            "invoice", invoice, fact, at, bill, order_id=order["id"], moved=("draft", "posted"), touch_seconds=45
        )
        self._post(invoice, "invoice", [("receivable", 1), ("revenue", -1), ("tax", -1)], day, at)
        self._sent(
            told, f"invoice:{invoice['id']}", "invoice", "invoice", invoice["id"], f"Invoice {truck.invoice}",
            f"this is our invoice {truck.invoice} over {invoice['total_amount']:,.2f} USD, due on {due:%d %B %Y}.",
            at + timedelta(minutes=3),
        )  # fmt: skip
        told.invoices.append((invoice, lines))

    def _shipment_of(self, told: Written, truck: Truck) -> Row:
        at = self.desk.utc(truck.shipped)
        rows = self.books.rows["orders_fulfillment_shipment"]
        return next(row for row in reversed(rows) if row["order_id"] == told.order["id"] and row["shipped_at"] == at)

    def _posted_document(
        self, told: Written, kind: str, number: str, at: datetime, day: date, due: date, shipment_id: int | None,
        original: Row | None,
    ) -> Row:  # fmt: skip
        order = told.order
        row = self.books.document(
            "invoice", "billing_invoice", number=number, kind=kind, state="draft", origin="live",
            customer_po=order["customer_po"], currency="USD", currency_rate=D(1), net_amount=ZERO, tax_amount=ZERO,
            total_amount=ZERO, open_amount=ZERO, net_base=ZERO, total_base=ZERO, reason="", invoice_date=day, due_date=due,
            posted_at=at, paid_at=None, created_at=at, bill_to_id=order["bill_to_id"], customer_id=told.party.id,
            order_id=order["id"], original_id=original["id"] if original else None,
            posted_by_id=self.desk.people["service" if original else "billing"].user_id, shipment_id=shipment_id,
        )  # fmt: skip
        self._find(
            "invoice", row["id"], f"{number} · {told.party.name}", [order["number"], order["customer_po"]],
            f"/billing/invoices/{row['id']}/", "billing.view_invoice",
        )  # fmt: skip
        return row

    def _bill(self, invoice: Row, position: int, line: Row, quantity: D, corrects: Row | None = None) -> Row:
        """A line of an invoice or a credit note: the whole order line, or the share of it that came back."""
        whole = quantity == line["ordered"]
        net = line["net_amount"] if whole else round_amount(quantity * line["unit_price"])
        cost = line["cost_base"] if whole else round_amount(quantity * line["unit_cost"])
        tax = line["tax_amount"] if whole else round_amount(net * line["tax_rate"] / 100)
        carried = {column: line[column] for column in CARRIED} | {"position": position}
        return self.books.add(
            "billing_invoiceline", invoice_id=invoice["id"], order_line_id=line["id"], quantity=quantity,
            corrects_id=corrects["id"] if corrects else None, typed_quantity=quantity, net_amount=net, net_base=net,
            cost_base=cost, tax_amount=tax, price_steps=[] if corrects else line["price_steps"], **carried,
        )  # fmt: skip

    def _sum(self, document: Row, lines: list[Row]) -> None:
        document["net_amount"] = document["net_base"] = sum((line["net_amount"] for line in lines), ZERO)
        document["tax_amount"] = sum((line["tax_amount"] for line in lines), ZERO)
        document["total_amount"] = document["total_base"] = document["net_amount"] + document["tax_amount"]
        document["open_amount"] = document["total_amount"]

    def _post(self, document: Row, kind: str, entries: list[tuple[str, int]], day: date, at: datetime) -> None:
        amounts = {"receivable": "total_amount", "revenue": "net_amount", "tax": "tax_amount"}
        for account, sign in entries:
            self._entry(kind, document, account, sign * document[amounts[account]], day, at)

    def _entry(self, kind: str, document: Row, account: str, amount: D, day: date, at: datetime) -> None:
        if amount:
            self.books.add(
                "billing_posting", company_id=self.company_id, document_type=kind, document_id=document["id"],
                account=account, debit=max(amount, ZERO), credit=max(-amount, ZERO), day=day, at=at,
                customer_id=document["customer_id"],
            )  # fmt: skip

    def _paid(self, told: Written, truck: Truck, invoice: Row) -> None:
        moment = truck.paid
        for n, share in enumerate(truck.parts, 1):
            if moment is None or not self.happened(moment) or not invoice["open_amount"]:
                return
            rest = n == len(truck.parts)
            amount = invoice["open_amount"] if rest else round_amount(invoice["open_amount"] * share)
            if amount:
                self._payment(told, invoice, amount, moment)
            moment += timedelta(days=14)

    def _payment(self, told: Written, invoice: Row, amount: D, moment: datetime) -> None:
        at, day, bill = self.desk.utc(moment), moment.date(), self.desk.people["billing"]
        number = self.numbers.next("payment")
        payment = self.books.document(
            "payment", "billing_payment", number=number, state="open", currency="USD", currency_rate=D(1), amount=amount,
            unapplied_amount=ZERO, received_on=day, method="transfer", reference=told.order["number"], created_at=at,
            customer_id=told.party.id, recorded_by_id=bill.user_id,
        )  # fmt: skip
        self.books.add(
            "billing_application", amount=amount, at=at, credit_note_id=None, invoice_id=invoice["id"],
            payment_id=payment["id"],
        )  # fmt: skip
        recorded = billing.PaymentRecorded(
            payment=number, amount=amount, currency="USD", method="transfer", received_on=day
        )
        self.books.tell("payment", payment, recorded, at, bill)
        applied = billing.PaymentApplied(
            payment=number, applied_amount=amount, unapplied_amount=ZERO, currency="USD", invoices=1
        )
        self.books.tell("payment", payment, applied, at, bill, moved=("open", "applied"))
        self._entry("payment", payment, "cash", amount, day, at)
        self._entry("payment", payment, "receivable", -amount, day, at)
        self._settle(told, invoice, amount, number, at, day, bill)
        self._find(
            "payment", payment["id"], f"{number} · {told.party.name}", [told.order["number"]],
            f"/billing/payments/{payment['id']}/", "billing.view_invoice",
        )  # fmt: skip

    def _settle(self, told: Written, invoice: Row, amount: D, source: str, at: datetime, day: date, by: Doer) -> None:
        """So much of the invoice is paid or credited."""
        before = invoice["state"]
        invoice["open_amount"] -= amount
        name = invoice["number"]
        fact: Any
        if invoice["open_amount"]:
            if before == "part_paid":
                return
            fact = billing.InvoicePartPaid(
                invoice=name, amount=amount, open_amount=invoice["open_amount"], currency="USD", source=source
            )
            moved = (before, "part_paid")
        else:
            late = max(0, (day - invoice["due_date"]).days)
            fact = billing.InvoicePaid(invoice=name, amount=amount, currency="USD", source=source, days_late=late)
            moved = (before, "paid")
            invoice["paid_at"] = at
        self.books.tell("invoice", invoice, fact, at, by, order_id=told.order["id"], moved=moved)

    # Returns ----

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

    # Questions and calls ----

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
