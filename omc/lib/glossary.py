"""The words of the field, once each: what a screen says, what the field calls it, and what it means in plain words."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Term:
    """``word`` is what screens show; ``technical`` is the field's own name, with its abbreviation if it has one."""

    key: str
    word: str | Promise
    technical: str | Promise
    meaning: str | Promise

    @property
    def anchor(self) -> str:
        return self.key.replace("_", "-")


_TERMS: Final = (
    # promising and stock
    Term(
        "available_to_promise",
        _("Can be promised"),
        _("Available-to-promise (ATP)"),
        _("Stock on hand and supply on its way, less what is promised to customers already."),
    ),
    Term("on_hand", _("On hand"), _("On-hand stock"), _("What lies in the warehouse now. It falls when goods leave.")),
    Term(
        "allocation",
        _("Allocated"),
        _("Hard allocation"),
        _("Stock set aside for one order line, so that nobody else can be given it."),
    ),
    Term(
        "pick_path",
        _("Way of the pickers"),
        _("Pick path by bin sequence"),
        _("The order in which pickers walk past the bins: from the lowest number to the highest."),
    ),
    Term(
        "backorder",
        _("Backordered"),
        _("Backorder"),
        _("Ordered, but there was no stock to give when it was the order’s turn. It is filled when supply comes."),
    ),
    Term(
        "special_order",
        _("Special order"),
        _("Special order (buy-to-order)"),
        _("Bought from a supplier for one customer’s line. What comes for it is that line’s alone."),
    ),
    Term(
        "drop_shipment",
        _("Drop ship"),
        _("Drop shipment"),
        _("The supplier sends it to the customer himself; it never lies in our warehouse."),
    ),
    Term(
        "will_call",
        _("Customer collects"),
        _("Will-call"),
        _("The customer fetches the goods from the warehouse; nobody sends them."),
    ),
    Term(
        "lead_time",
        _("Lead time"),
        _("Replenishment lead time"),
        _("Days from ordering goods from a supplier until they can be shipped."),
    ),
    Term(
        "promise_date",
        _("Promised"),
        _("Promise date"),
        _("The day we told the customer. The first one told stays known as the original promise."),
    ),
    Term(
        "ship_rule",
        _("Ship rule"),
        _("Partial shipment policy"),
        _("Whether an order, or a line, may leave in parts, and what happens to the rest."),
    ),
    Term(
        "allocation_horizon",
        _("Allocation horizon"),
        _("Allocation time fence"),
        _("Orders shipping within this many working days get their stock when they are confirmed; later ones by rank."),
    ),
    # time
    Term(
        "duty",
        _("Open duty"),
        _("Work item"),
        _("Something that somebody must do next on an order. It always has an owner."),
    ),
    Term(
        "unattended_time",
        _("Unattended"),
        _("Unattended time"),
        _("Time in which the order waited for us and nobody worked on it. While it waits, so does the customer."),
    ),
    Term(
        "touch_time",
        _("Worked"),
        _("Touch time"),
        _("Time in which somebody had the order open and worked on it, measured on the screen."),
    ),
    Term(
        "cycle_time",
        _("Took"),
        _("Order cycle time"),
        _("From the moment the order was submitted until everything was delivered, invoiced and settled."),
    ),
    Term(
        "dollar_days",
        _("Value × days"),
        _("Dollar-days"),
        _(
            "The value of what waits, times the days it has waited: one large order late weighs as much as many small ones."
        ),
    ),
    Term(
        "on_time_in_full",
        _("On time in full"),
        _("On time in full (OTIF)"),
        _("The share of lines delivered completely and no later than first promised."),
    ),
    Term(
        "cut_off",
        _("Cut-off"),
        _("Carrier cut-off"),
        _("The hour by which parcels must be ready to leave on the same day."),
    ),
    # orders
    Term("enquiry", _("Enquiry"), _("Request for quotation (RFQ)"), _("A customer asks; nothing is ordered yet.")),
    Term("quote", _("Quote"), _("Quotation"), _("Our price and date for what was asked, valid until a day.")),
    Term(
        "customer_po",
        _("Customer PO"),
        _("Purchase order number"),
        _("The number the customer gave the order in their own books."),
    ),
    Term(
        "hold",
        _("Hold"),
        _("Order hold"),
        _("A reason that keeps an order from going on until somebody lifts it. It says who caused it."),
    ),
    Term(
        "bookings",
        _("Orders taken"),
        _("Bookings"),
        _("The value of orders confirmed in the period, shipped or not."),
    ),
    Term(
        "backlog",
        _("Still to ship"),
        _("Backlog"),
        _("The value of what is ordered and confirmed, and has not left yet."),
    ),
    Term(
        "rank",
        _("Rank"),
        _("Order prioritization score"),
        _("Points that decide who is given scarce stock first. The rule set says what earns them."),
    ),
    Term(
        "release",
        _("Released"),
        _("Warehouse release"),
        _("The warehouse may pick it now. Before that it is only planned."),
    ),
    Term(
        "wave", _("Wave"), _("Wave picking"), _("Shipments picked together, because they leave together or lie close.")
    ),
    # money
    Term(
        "margin",
        _("Margin"),
        _("Gross margin"),
        _("What is left of the price after the cost of the goods, as a share of the price. Unknown while the cost is."),
    ),
    Term(
        "cost_to_serve",
        _("Cost to serve"),
        _("Order-level cost to serve"),
        _(
            "What an order costs beside its goods: handling, lines, picks, shipments, freight, and waiting for the money."
        ),
    ),
    Term(
        "blanket_release",
        _("Release"),
        _("Call-off, release order"),
        _("An order that draws on a blanket agreement: it takes the agreed price, and so much less is left."),
    ),
    Term(
        "credit_memo",
        _("Credit note"),
        _("Credit memo"),
        _("A document that takes back a part of an invoice. Invoices themselves are never changed."),
    ),
    Term(
        "receivable",
        _("Owed"),
        _("Accounts receivable"),
        _("What customers have been invoiced and have not paid."),
    ),
    Term(
        "credit_limit",
        _("Credit limit"),
        _("Customer credit limit"),
        _("How much a customer may owe us, open orders included, before new ones are held."),
    ),
    Term(
        "payment_terms",
        _("Terms"),
        _("Payment terms"),
        _("How many days after the invoice it is due, and what is taken off for paying earlier."),
    ),
    Term(
        "price_volume_mix",
        _("Why profit changed"),
        _("Price-volume-mix (PVM)"),
        _("Splits a change of profit into what came from prices, costs, quantities, and selling other things."),
    ),
    Term(
        "sub_ledger",
        _("Postings"),
        _("Sub-ledger"),
        _("What an invoice or payment writes into the books; both sides are always equal."),
    ),
    Term(
        "p50",
        _("Half have left by"),
        _("Median (p50)"),
        _("Of shipments like this one, half were gone by then and half took longer, measured over the last 90 days."),
    ),
    Term(
        "p90",
        _("Nine in ten by"),
        _("90th percentile (p90)"),
        _("Of shipments like this one, nine in ten were gone by then, measured over the last 90 days."),
    ),
    # after delivery
    Term(
        "rma",
        _("Return"),
        _("Return merchandise authorization (RMA)"),
        _("Our permission to send goods back, with a number that the parcel must show."),
    ),
    Term(
        "disposition",
        _("What becomes of it"),
        _("Disposition"),
        _("What is done with returned goods: back on the shelf, scrapped, or sent to the supplier."),
    ),
    Term(
        "service_level",
        _("Answer due"),
        _("Service level (SLA)"),
        _("How soon a case must be answered and solved, in working time."),
    ),
    Term("churn", _("Likely to leave"), _("Churn risk"), _("A customer who orders less often than their own rhythm.")),
    # planning
    Term(
        "forecast",
        _("Forecast"),
        _("Demand forecast"),
        _("What customers will probably want, per item and month, learned from what they ordered."),
    ),
    Term(
        "forecast_error",
        _("Forecast error"),
        _("Weighted absolute percentage error (WAPE)"),
        _("How far forecasts were off on months held back, as a share of what was really ordered."),
    ),
)
TERMS: Final[dict[str, Term]] = {term.key: term for term in _TERMS}
