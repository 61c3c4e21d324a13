"""What stage 10 does when it hears of other stages."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from omc.lib.actor import system
from orders.core import lifecycle
from orders.core.models import Event
from returns.postsales import rules, services
from returns.postsales.models import FollowUp
from returns.postsales.selectors import working_day_after


def call_after_delivery(event: Event) -> None:
    """Customers of class A and B are called some working days after a delivery; one open call per order is enough."""
    actor = system("postsales.call_after_delivery", event.company_id)
    if event.order_id is None:
        return
    order = lifecycle.lock(event.order_id, actor)
    days = rules.first_call_after(order.customer.customer_class)
    if days is None or FollowUp.objects.filter(order=order, done_at__isnull=True).exists():
        return
    delivered_on = event.at.astimezone(ZoneInfo(order.company.time_zone)).date()
    services.plan_follow_up(
        order_id=order.pk,
        purpose=_("Ask whether everything arrived as promised"),
        due_on=working_day_after(order.company.calendar_id, delivered_on, days),
        actor=actor,
    )
