"""What comes before orders and behind the stock: enquiries, quotes won and lost, and what was bought from suppliers."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal as D

from omc.demo.catalog import SUPPLIERS, Item, cost_on, in_sentence, items
from omc.demo.chance import source
from omc.demo.desk import Party
from omc.demo.life import Asked
from omc.demo.lives import priced, working_days
from omc.demo.scribe.aftermath import AftermathScribe
from omc.demo.scribe.base import ZERO, Written
from omc.history.copying import Row
from omc.lib.money import round_amount
from orders.generation import events as generation
from orders.pricing import events as pricing
from planning import events as planning


class Scribe(AftermathScribe):
    """Everything that the demo's past holds."""

    def asked(self, story: Asked, won: Written | None = None) -> None:
        """An enquiry and what became of it. ``won``: the order that it led to."""
        if not self.happened(story.received):
            return
        desk, at, tell = self.desk, self.desk.utc, self.books.tell
        party, csr = desk.party(story.buyer), desk.people["csr"]
        order_id = won.order["id"] if won else None
        subject = f"Price for {in_sentence(story.item.name)}"
        number = self.numbers.next("enquiry")
        value = round_amount(story.quantity * story.item.price)
        enquiry = self.books.document(
            "enquiry", "orders_generation_enquiry", number=number, channel="phone", state="received", subject=subject,
            body="", requested_date=None, value_base=value, probability_percent=50, close_reason="",
            created_at=at(story.received), contact_id=None, customer_id=party.id, order_id=order_id, taken_by_id=None,
        )  # fmt: skip
        self.books.add(
            "orders_generation_enquiryline", enquiry_id=enquiry["id"], position=1, text="", quantity=story.quantity,
            product_id=desk.product(story.item),
        )  # fmt: skip
        self._find(
            "enquiry", enquiry["id"], f"{number} {subject}", [party.name, party.code], f"/generation/{enquiry['id']}/",
            "generation.view_enquiry",
        )  # fmt: skip
        tell(
            "enquiry",
            enquiry,
            generation.EnquiryReceived(lines=1, channel="phone", value_base=value),
            at(story.received),
            csr,
        )
        if not self.happened(story.taken):
            return
        taken = generation.EnquiryTaken(by=desk.names[csr.user_id or 0])
        tell("enquiry", enquiry, taken, at(story.taken), csr, moved=("received", "working"))
        enquiry["taken_by_id"] = csr.user_id
        if story.quoted is None:
            if story.decided and self.happened(story.decided):
                enquiry["close_reason"] = story.reason
                gone = generation.EnquiryClosed(reason=story.reason)
                tell("enquiry", enquiry, gone, at(story.decided), csr, moved=("working", "closed"))
        elif self.happened(story.quoted):
            self._quote(story, party, enquiry, won)

    def _quote(self, story: Asked, party: Party, enquiry: Row, won: Written | None) -> None:
        if story.quoted is None or story.sent is None:
            return
        at, tell, sales = self.desk.utc, self.books.tell, self.desk.people["sales"]
        number, until = self.numbers.next("quote"), story.quoted.date() + timedelta(days=30)
        quote = self.books.document(
            "quote", "orders_pricing_quote", number=number, revision=1, state="draft", currency="USD",
            currency_rate=D(1), requested_date=None, valid_until=until, net_amount=ZERO, tax_amount=ZERO,
            total_amount=ZERO, net_base=ZERO, cost_base=ZERO, reject_reason="", customer_note="",
            created_at=at(story.quoted), sent_at=None, decided_at=None, contact_id=party.contact_id,
            customer_id=party.id, enquiry_id=enquiry["id"], order_id=None, ship_to_id=party.address_id,
            written_by_id=sales.user_id, conversion="none",
        )  # fmt: skip
        line = self._quote_line(story, quote, won)
        self._find(
            "quote",
            quote["id"],
            f"{number} {party.name}",
            [party.code],
            f"/pricing/quotes/{quote['id']}/",
            "pricing.view_quote",
        )
        drafted = pricing.QuoteDrafted(
            lines=1, net_amount=quote["net_amount"], currency="USD", enquiry=enquiry["number"]
        )
        tell("quote", quote, drafted, at(story.quoted), sales, touch_seconds=240)
        answered = generation.EnquiryQuoted(quote=number)
        tell("enquiry", enquiry, answered, at(story.quoted), sales, moved=("working", "quoted"))
        if not self.happened(story.sent):
            return
        sent = pricing.QuoteSent(total_amount=quote["total_amount"], currency="USD", valid_until=until)
        tell("quote", quote, sent, at(story.sent), sales, moved=("draft", "sent"))
        quote["sent_at"] = at(story.sent)
        self._quote_mail(quote, party, until, at(story.sent))
        if story.decided and self.happened(story.decided):
            self._decided(story, quote, line, enquiry, won)

    def _quote_line(self, story: Asked, quote: Row, won: Written | None) -> Row:
        rng, asked_on = source("quote", story.received), story.received.date()
        wanted = won.life.lines[0] if won else priced(
            story.buyer, story.item, story.quantity, asked_on, self.desk.first_day, rng
        )  # fmt: skip
        cost = round_amount(wanted.quantity * wanted.cost)
        steps = self.steps(wanted, story.buyer.code, asked_on)
        taxed: Row = won.lines[0] if won else {"tax_code": "US-NO-TAX", "tax_rate": ZERO, "tax_amount": ZERO}
        line = self.books.add(
            "orders_pricing_quoteline", quote_id=quote["id"], position=1, kind="goods", quantity=wanted.quantity,
            product_id=self.desk.product(wanted.item), description=wanted.item.name, unit=wanted.item.unit,
            unit_factor=D(1), typed_quantity=wanted.quantity, list_price=wanted.list_price, unit_price=wanted.price,
            net_amount=wanted.net, net_base=wanted.net, unit_cost=wanted.cost, cost_base=cost, price_steps=steps,
            promised_date=None, converted=ZERO, **{name: taxed[name] for name in ("tax_code", "tax_rate", "tax_amount")},
        )  # fmt: skip
        quote["net_amount"] = quote["net_base"] = wanted.net
        quote["tax_amount"] = taxed["tax_amount"]
        quote["total_amount"], quote["cost_base"] = wanted.net + taxed["tax_amount"], cost
        return line

    def _quote_mail(self, quote: Row, party: Party, until: date, at: datetime) -> None:
        name, number = self.desk.company.name, quote["number"]
        self.books.add(
            "orders_message", company_id=self.company_id, key=f"quote:{quote['id']}:sent", template="quote", language="en",
            recipient=party.email, subject_type="quote", subject_id=quote["id"], subject=f"Quote {number} from {name}",
            body=f"Dear {party.contact},\n\nthank you for asking us. This is our quote.\n\nQuote: {number}\n"
            f"Total including tax: {quote['total_amount']:,.2f} USD\nValid until: {until:%-d %b %Y}\n\n{name}",
            status="sent", error="", created_at=at, sent_at=at + timedelta(minutes=1), contact_id=party.contact_id,
            customer_id=party.id, order_id=None,
        )  # fmt: skip

    def _decided(self, story: Asked, quote: Row, line: Row, enquiry: Row, won: Written | None) -> None:
        if story.decided is None:
            return
        at, tell, people = self.desk.utc(story.decided), self.books.tell, self.desk.people
        quote["decided_at"] = at
        if story.outcome == "rejected":
            quote["reject_reason"] = story.reason
            fact = pricing.QuoteRejected(reason=story.reason, because=story.reason.replace("_", " "))
            tell("quote", quote, fact, at, people["sales"], moved=("sent", "rejected"))
        elif story.outcome == "expired":
            lapsed = pricing.QuoteExpired(valid_until=quote["valid_until"])
            tell("quote", quote, lapsed, at, people["sales"], moved=("sent", "expired"))
        elif won:
            order = won.order
            yes = pricing.QuoteAccepted(total_amount=quote["total_amount"], currency="USD")
            tell("quote", quote, yes, at, people["sales"], moved=("sent", "accepted"))
            draft = f"Draft {order['id']}"
            made = pricing.QuoteConverted(order=draft, net_amount=quote["net_amount"], currency="USD")
            moment = order["created_at"]
            tell("quote", quote, made, moment, people["csr"], order_id=order["id"], moved=("accepted", "converted"))
            ordered = generation.EnquiryOrdered(order=draft)
            tell("enquiry", enquiry, ordered, moment, people["csr"], order_id=order["id"], moved=("quoted", "ordered"))
            quote["order_id"], quote["conversion"], line["converted"] = order["id"], "done", line["quantity"]
            self.books.add(
                "orders_pricing_quoteconversion",
                line_id=line["id"],
                order_id=order["id"],
                quantity=line["quantity"],
                at=moment,
            )

    # Suppliers ----

    def bought(self, monday: date) -> None:
        """Goods that came in for what leaves: one order per supplier and warehouse, so that the stock stays as it was."""
        needed: dict[tuple[int, int], dict[int, D]] = defaultdict(lambda: defaultdict(D))
        stock = {self.desk.products[item.sku]: item for item in items()}
        for product_id, house, quantity in self.issued:
            needed[stock[product_id].supplier, house][product_id] += quantity
        codes = dict(self.desk.warehouses)
        for (supplier, house), wanted in sorted(needed.items()):
            lines = [(stock[product_id], quantity) for product_id, quantity in sorted(wanted.items()) if quantity > 0]
            if lines:
                self._supply(supplier, house, codes[house], lines, monday)

    def _supply(self, supplier: int, house: int, code: str, lines: list[tuple[Item, D]], monday: date) -> None:
        rng = source("supply", monday, supplier, code)
        name, _title, lead = SUPPLIERS[supplier]
        came, written = (
            working_days(day + timedelta(days=1), -1) for day in (monday, monday - timedelta(days=lead + 3))
        )
        received = datetime.combine(came, time(8)) + timedelta(minutes=rng.randint(5, 200))
        ordered = datetime.combine(written, time(9)) + timedelta(minutes=rng.randint(0, 400))
        expected = monday - timedelta(days=rng.choice((0, 0, 0, 0, 2, 5)))  # some suppliers' trucks were late
        at, planner, packer = self.desk.utc, self.desk.people["planner"], self.desk.people["warehouse"]
        number = self.numbers.next("supply")
        costs = [cost_on(item, monday, self.desk.first_day) for item, _quantity in lines]
        net = sum((round_amount(quantity * cost) for (_item, quantity), cost in zip(lines, costs, strict=True)), ZERO)
        supply = self.books.document(
            "supplyorder", "planning_supplyorder", number=number, state="ordered", expected_date=expected, net_base=net,
            created_at=at(ordered), supplier_id=self.desk.suppliers[name], warehouse_id=house,
        )  # fmt: skip
        for (item, quantity), cost in zip(lines, costs, strict=True):
            product_id = self.desk.product(item)
            self.books.add(
                "planning_supplyline", supply_id=supply["id"], product_id=product_id, quantity=quantity, received=quantity,
                unit_cost=cost, expected_date=expected, order_line_id=None,
            )  # fmt: skip
            self.move(product_id, house, "receipt", quantity, at(received), number, cost, None, packer)
        units = sum((quantity for _item, quantity in lines), ZERO)
        fact = planning.SupplyOrdered(lines=len(lines), units=units, expected_date=expected)
        self.books.tell("supplyorder", supply, fact, at(ordered), planner)
        self.books.tell(
            "supplyorder",
            supply,
            planning.SupplyReceived(units=units),
            at(received),
            packer,
            moved=("ordered", "received"),
        )
        self._find(
            "supply", supply["id"], number, [item.sku for item, _quantity in lines[:20]],
            f"/planning/supply/{supply['id']}/", "planning.view_stock",
        )  # fmt: skip

    def levels(self) -> dict[tuple[int, int], D]:
        """What the batch leaves in stock more than before, by product and warehouse: goods that came back."""
        net: dict[tuple[int, int], D] = defaultdict(D)
        for row in self.books.rows["planning_stockmovement"]:
            net[row["product_id"], row["warehouse_id"]] += row["quantity"]
        return {key: quantity for key, quantity in net.items() if quantity}
