"""Invoices and payments of the past, posted and settled to the cent."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

from billing import events as billing
from omc.demo.life import Truck
from omc.demo.scribe.base import ZERO, Written
from omc.demo.scribe.orders import OrderScribe
from omc.history.books import Doer
from omc.history.copying import Row
from omc.lib.money import round_amount

CARRIED = (
    "position", "kind", "product_id", "description", "unit", "unit_factor", "list_price", "unit_price", "unit_cost",
    "tax_code", "tax_rate",
)  # fmt: skip


class MoneyScribe(OrderScribe):
    """Writes invoices, payments and their postings."""

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
        told.due[invoice["id"]] = self.books.add(
            "billing_invoicedue", invoice_id=invoice["id"], position=1, due_date=due, amount=invoice["total_amount"],
            open_amount=invoice["total_amount"],
        )  # fmt: skip
        self._post(invoice, "invoice", [("receivable", 1), ("revenue", -1), ("tax", -1)], day, at)
        self._sent(
            told, f"invoice:{invoice['id']}", "invoice", "invoice", invoice["id"], f"Invoice {truck.invoice}",
            f"this is our invoice.\n\nInvoice: {truck.invoice}\nOur order number: {order['number']}"
            f"\nTotal: {invoice['total_amount']:,.2f} USD\nDue: {due:%-d %b %Y}",
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
        if part := told.due.get(invoice["id"]):
            part["open_amount"] = invoice["open_amount"]
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
