"""Two people at once: the same units are not asked back twice, and nothing is credited twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from billing.models import Invoice
from omc.lib.errors import DomainError
from orders.core.models import Event
from returns.claims import services
from returns.claims.models import Return
from returns.claims.services import ReturnInput
from tests.returns.factories import D, Shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(attempt: Callable[[], Any], times: int = 4) -> list[str]:
    """What came of each of several simultaneous attempts: ``won``, or the code of the refusal."""

    def run(_number: int) -> str:
        try:
            attempt()
            return "won"
        except DomainError as no:
            return no.code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))


def test_the_same_units_are_asked_back_once() -> None:
    shop = Shop()
    order = shop.delivered()
    line = order.lines.get(position=1)
    wanted = [ReturnInput(order_line_id=line.pk, quantity=D(10), reason="late")]

    outcomes = at_once(lambda: services.request_return(order_id=order.pk, lines=wanted, actor=shop.desk))

    assert outcomes == ["return_refused"] * 3 + ["won"]
    assert Return.objects.count() == 1


def _requested(shop: Shop) -> Return:
    order = shop.delivered()
    wanted = [ReturnInput(order_line_id=order.lines.get(position=1).pk, quantity=D(4), reason="damaged")]
    made: Return = services.request_return(order_id=order.pk, lines=wanted, actor=shop.desk)
    return made


def test_goods_that_two_people_receive_come_in_once() -> None:
    shop = Shop()
    document = _requested(shop)
    services.authorize_return(return_id=document.pk, actor=shop.desk)
    came = {document.lines.get().pk: D(4)}

    outcomes = at_once(lambda: services.receive_return(return_id=document.pk, received=came, actor=shop.dock))

    assert outcomes == ["return_refused"] * 3 + ["won"]
    assert shop.stock(shop.bolt) == (4, 4)


def test_a_return_is_authorized_inspected_settled_and_closed_once() -> None:
    shop = Shop()
    document = _requested(shop)
    line_id = document.lines.get().pk
    once = ["illegal_transition"] * 3 + ["won"]

    assert at_once(lambda: services.authorize_return(return_id=document.pk, actor=shop.desk)) == once
    services.receive_return(return_id=document.pk, received={line_id: D(4)}, actor=shop.dock)
    outcome = {line_id: (D(4), "restock")}
    assert at_once(lambda: services.inspect_return(return_id=document.pk, outcome=outcome, actor=shop.dock)) == once
    assert shop.stock(shop.bolt) == (4, 0)
    assert at_once(lambda: services.settle_return(return_id=document.pk, actor=shop.finance)) == once
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    assert at_once(lambda: services.close_return(return_id=document.pk, actor=shop.finance)) == once
    assert Event.objects.filter(subject_type="return").count() == 6


@pytest.mark.parametrize("end", ["reject_return", "cancel_return"])
def test_a_return_ends_one_way_only(end: str) -> None:
    shop = Shop()
    document = _requested(shop)
    act = getattr(services, end)

    outcomes = at_once(lambda: act(return_id=document.pk, reason="no", actor=shop.desk))

    assert outcomes == ["illegal_transition"] * 3 + ["won"]
