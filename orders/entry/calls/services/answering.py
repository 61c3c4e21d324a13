from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.entry.calls.events import CallAnswered
from orders.entry.calls.models import CallQuestion
from orders.entry.calls.selectors.answers import answer, item_asked, line_of
from orders.entry.calls.services.locking import lock_own


@verb(events=(CallAnswered,))
def answer_question(*, call_id: int, text: str, actor: Actor, product_id: int | None = None) -> CallQuestion:
    """Answer "40 of X by Friday" with price and date, and keep what was told. No order is made and nothing is reserved.

    ``product_id`` is the item that was chosen where the text means several.

    Raises: InvalidInput, WhichItem, InvalidLines, NoRate, NotFound, CallOver, NotYourCall
    Events: call_answered
    """
    require(actor, "orders.take_call")
    call = lock_own(call_id, actor)
    if product_id is None:
        line = item_asked(call.company, call.customer, text, actor)
    else:
        line = line_of(call.company, product_id, text, actor)
    found = answer(call.company, call.customer, line, actor)
    question = CallQuestion.objects.create(
        call=call,
        position=call.questions.count() + 1,
        asked=text.strip()[:200],
        product=found.product,
        typed_quantity=found.typed_quantity,
        unit=found.unit,
        quantity=found.quantity,
        wanted=found.wanted,
        warehouse=found.place.warehouse if found.place else None,
        currency=found.currency,
        unit_price=found.unit_price,
        net_amount=found.net_amount,
        price_steps=found.price_steps,
        ship_date=found.place.ship_date if found.place else None,
        in_stock=found.place.available if found.place else None,
        source=found.place.source if found.place else "",
        asked_at=clock.now(),
    )
    told = CallAnswered(
        sku=found.product.sku,
        units=found.quantity,
        has_price=found.unit_price is not None,
        has_date=found.place is not None,
    )
    record(call, told, actor=actor)
    return question
