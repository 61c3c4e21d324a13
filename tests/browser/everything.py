"""A company that has one of everything, so that every screen has something to show."""

from datetime import time, timedelta
from decimal import Decimal

from analytics.services import rebuild_sales, run_variance
from billing import services as billing
from billing.corrections.services import write_off
from billing.disputes.services import raise_dispute
from billing.promises.services import promise_payment
from omc.lib import clock
from orders.core.house.keys import make_key
from orders.core.inputs import LineInput
from orders.core.master.files import open_file
from orders.core.master.services import enter_record
from orders.core.models import Order, ProductAlias, Supplier
from orders.core.services import jobs
from orders.core.services.holds import place_hold
from orders.entry import services as entry
from orders.entry.again.services import keep_template
from orders.entry.calls import services as calls
from orders.entry.changes import services as changes
from orders.entry.companions.substitutes import declare_substitute
from orders.entry.imports.services import look_at
from orders.entry.imports.services import open_file as open_orders
from orders.entry.inbox.models import Door, KnownSender
from orders.entry.inbox.services import answer_document, receive_document
from orders.fulfillment import services as fulfillment
from orders.fulfillment.carriers.rules import Surcharges
from orders.fulfillment.carriers.terms import ZoneInput, keep_carrier
from orders.generation import services as generation
from orders.pricing import services as pricing
from orders.pricing.agreements import services as agreements
from orders.pricing.files.services import open_price_file
from orders.pricing.guidelines import services as guidelines
from orders.pricing.questions.services import ask_price
from orders.pricing.warnings.services import watch_costs
from orders.pricing.whatif.services import Rule, write_what_if
from orders.prioritization import services as prioritization
from orders.scheduling import services as scheduling
from planning import services as planning
from planning.counts.services import ask_count
from planning.models import Forecast
from planning.places.services import BinInput, Place, put_away, save_bins
from returns.claims import services as claims
from returns.postsales import services as postsales
from tests.factories import make_actor
from tests.journeys.world import World, confirmed, draft, make_world, planned, shipped
from tests.orders.entry.inbox.factories import x12

ONE = Decimal(1)


def make_everything() -> World:
    """One order at each step of its way, and each other document once."""
    world = make_world(items=3, stock=50)
    actor, customer, item = world.actor, world.customer, world.products[0]
    soon = clock.today(world.company.time_zone) + timedelta(days=7)

    house = world.company  # what its electronic invoices must say
    house.tax_id, house.street, house.city = "04-1234567", "7 Harbor Way", "Boston"
    house.save(update_fields=["tax_id", "street", "city"])
    supplier = Supplier.objects.create(company=world.company, code="SUP", name="Supplier")
    wanted = [planning.SupplyInput(product_id=item.pk, quantity=Decimal(20), unit_cost=Decimal(6))]
    planning.order_supply(
        supplier_id=supplier.pk, warehouse_id=world.warehouse.pk, expected_date=soon, lines=wanted, actor=actor
    )
    save_bins(warehouse_id=world.warehouse.pk, bins=[BinInput("A-1", "A", 10, "42")], actor=actor)
    put_away(product_id=item.pk, warehouse_id=world.warehouse.pk, quantity=Decimal(5), place=Place("A-1"), actor=actor)
    generation.record_enquiry(customer_id=customer.pk, subject="Three pumps", actor=actor)
    lines = [LineInput(product_id=item.pk, quantity=Decimal(2))]
    pricing.write_quote(customer_id=customer.pk, lines=lines, actor=actor)
    pricing.send_quote(quote_id=pricing.write_quote(customer_id=customer.pk, lines=lines, actor=actor).pk, actor=actor)
    prices = pricing.create_price_list(code="BASE", name="List", kind="base", currency="USD", actor=actor)
    pricing.set_breaks(
        list_id=prices.pk, rows=[pricing.BreakInput(sku=item.sku, min_quantity=ONE, unit_price=ONE)], actor=actor
    )

    sent = f"sku,price\n{item.sku},2\nNOBODY,1\n".encode()
    open_price_file(list_id=prices.pk, content=sent, filename="prices.csv", valid_from=soon, actor=actor)
    write_what_if(list_id=prices.pk, rule=Rule("percent", Decimal(5), soon), actor=actor)

    delivered(world)
    for plan in planned(world, confirmed(world, [1])):
        scheduling.release_shipment(planned_id=plan.pk, actor=actor)
    wave = fulfillment.make_wave(chosen=fulfillment.WaveFilter(warehouse_id=world.warehouse.pk), actor=actor)
    ask_count(item, world.warehouse.pk, "A-1", "Not found", str(wave), actor)
    short = confirmed(world, [400, 1])
    place_hold(order_id=short.pk, code="manual", reason="Asks to wait", actor=actor)
    waiting = confirmed(world, [1, 2, 3])
    planned(world, waiting)
    prioritization.run_allocation(actor=actor)
    entry.submit_order(order_id=draft(world, [5]).pk, actor=actor)
    draft(world, [1])
    calls.start_call(customer_id=customer.pk, actor=actor)
    changes.open_change(order_id=waiting.pk, actor=actor)
    declare_substitute(product_id=item.pk, sku=world.products[1].sku, note="Same thread", actor=actor)
    keep_template(name="Monthly", order_id=waiting.pk, actor=actor)
    approval_asked(world)
    cost_rose(world)
    make_actor(world.company, "pricing")  # whom a price is asked of
    ask_price(customer_id=customer.pk, product_id=item.pk, quantity=ONE, reason="To win the site", actor=actor)
    agreed(world)
    enter_record(kind="terms", values={"code": "N30", "name": "Net 30 days", "net_days": 30}, actor=actor)
    open_file(kind="customer", content=b"Code,Name\nNEW,Newcomer\n", filename="customers.csv", actor=actor)
    orders = open_orders(
        content=f"customer,sku,qty\n{customer.code},{item.sku},2\n{customer.code},NONE,1\n".encode(),
        filename="orders.csv",
        actor=actor,
    )
    look_at(file_id=orders.pk, actor=actor)
    sent_in = receive_document(content=x12(f"5|EA|10|VP|{item.sku}"), filename="850.edi", door=Door.UPLOAD, actor=actor)
    answer_document(document_id=sent_in.pk, answer="997", actor=actor)
    make_key(name="Shop", actor=actor)
    ProductAlias.objects.create(company=world.company, customer=customer, product=item, alias="THEIRS-1")
    KnownSender.objects.create(
        company=world.company, customer=customer, key="mail:pat@acme.example", learned_at=clock.now()
    )
    looked_back(world)
    return world


def cost_rose(world: World) -> None:
    """A cost that left a price under the floor."""
    for cost in (6, 8):
        pricing.set_cost(
            product_id=world.products[0].pk,
            kind="replacement",
            cost=Decimal(cost),
            reason="New list",
            actor=world.actor,
        )
    watch_costs(actor=world.actor)


def approval_asked(world: World) -> None:
    """Guidelines that a quote breaks."""
    house, actor = make_actor(world.company, "pricing"), world.actor
    rows = [guidelines.GuidelineInput(max_discount_percent=Decimal(10))]
    version = guidelines.draft_guidelines(rows=rows, actor=house)
    guidelines.publish_guidelines(version_id=version.pk, actor=make_actor(world.company, "admin"))
    line = LineInput(
        product_id=world.products[1].pk, quantity=Decimal(2), unit_price=Decimal(1), price_reason="To win the site"
    )
    quote = pricing.write_quote(customer_id=world.customer.pk, lines=[line], actor=actor)
    guidelines.request_approval(quote_id=quote.pk, reason="To win the site", actor=actor)


def agreed(world: World) -> None:
    """A blanket agreement that an order draws on."""
    house, today = make_actor(world.company, "pricing"), clock.today(world.company.time_zone)
    made = agreements.write_agreement(
        customer_id=world.customer.pk,
        items=[agreements.AgreedInput(world.products[2].sku, Decimal(100), Decimal(9))],
        valid_from=today - timedelta(days=30),
        valid_to=today + timedelta(days=60),
        actor=house,
    )
    agreements.activate_agreement(agreement_id=made.pk, actor=house)
    entry.submit_order(order_id=draft(world, [1, 1, 20]).pk, actor=world.actor)
    rows = [agreements.PlannedInput(today + timedelta(days=days), world.products[2].sku, ONE) for days in (1, 30)]
    agreements.plan_releases(agreement_id=made.pk, rows=rows, actor=house)


def looked_back(world: World) -> None:
    """A forecast, and why profit changed."""
    this_month = clock.today(world.company.time_zone).replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    rebuild_sales(actor=world.actor)
    run = run_variance(base_month=last_month, current_month=this_month, actor=world.actor)
    jobs.execute(run.pk)
    Forecast.objects.create(
        company=world.company,
        run=run,
        product=world.products[0],
        first_bucket=last_month,
        model="AutoETS",
        history=["3", "5"],
        values=["4", "6"],
        wape=Decimal("0.2"),
        naive_wape=Decimal("0.3"),
        created_at=clock.now(),
    )


def delivered(world: World) -> Order:
    """Shipped, invoiced, partly paid, partly sent back, asked about, and followed up."""
    actor = world.actor
    keep_carrier(
        code="GROUND",
        name="Ground",
        cut_off=time(16),
        is_active=True,
        surcharges=Surcharges(),
        zones=[ZoneInput("Home", "US", "30: 14", days=2)],
        actor=actor,
    )
    order = confirmed(world, [4, 2])
    shipment = shipped(world, planned(world, order)[0])
    invoice = billing.invoice_shipment(shipment_id=shipment.pk, actor=actor)
    raise_dispute(invoice_id=invoice.pk, reason="damaged", amount=Decimal(1), words="One is bent.", actor=actor)
    billing.send_invoice(invoice_id=invoice.pk, actor=actor)
    write_off(invoice_id=invoice.pk, amount=Decimal("0.01"), reason="A rest", actor=actor)
    promise_payment(invoice_id=invoice.pk, promised_on=clock.today(world.company.time_zone), actor=actor)
    billing.record_payment(
        customer_id=world.customer.pk, amount=Decimal(10), received_on=clock.today(world.company.time_zone), actor=actor
    )
    line = order.lines.order_by("position")[0]
    claims.request_return(
        order_id=order.pk,
        lines=[claims.ReturnInput(order_line_id=line.pk, quantity=ONE, reason="damaged")],
        actor=actor,
    )
    postsales.open_case(order_id=order.pk, subject="Where is it?", actor=actor)
    today = clock.today(world.company.time_zone)
    postsales.plan_follow_up(order_id=order.pk, purpose="Ask how it went", due_on=today, actor=actor)
    return order
