"""One click into a story: who reads it best, and the page on which it begins."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.demo.named import TITLES
from omc.lib.registry import Text
from orders.core.models import Company
from orders.pricing.models import CostWarning
from returns.postsales.models import Case


@dataclass(frozen=True, slots=True)
class StoryDoor:
    """``begins``: the kind of page that tells it first."""

    key: str
    title: str
    username: str
    words: Text
    begins: str


STORY_DOORS: Final = (
    StoryDoor("ceo", TITLES[0], "erin", _("on whose desk it lay, hop by hop"), "order"),
    StoryDoor("leaving", TITLES[1], "sally", _("what they bought, and since when less"), "customer"),
    StoryDoor("copper", TITLES[2], "priya", _("which prices lag behind, and what is at stake"), "warning"),
    StoryDoor("truck", TITLES[3], "otto", _("left in time, arrived late"), "order"),
    StoryDoor("unpaid", TITLES[4], "bill", _("delivered, signed for, still open"), "invoice"),
)


def page_of(company: Company, door: StoryDoor) -> str:
    """Where a story begins; home where the demo has not told it."""
    if door.begins == "warning":
        raised = CostWarning.objects.filter(company=company, reason=door.title).order_by("-pk").first()
        if raised is not None:
            return raised.get_absolute_url()
    cases = Case.objects.filter(company=company, subject__startswith=door.title).select_related("order")
    order = next((case.order for case in cases.order_by("pk") if case.order), None)
    if order is None:
        return reverse("core:home")
    invoice = order.invoices.order_by("pk").first() if door.begins == "invoice" else None
    if invoice is not None:
        return reverse("billing:invoice", args=[invoice.pk])
    if door.begins == "customer":
        return reverse("core:customer", args=[order.customer_id])
    return reverse("core:order", args=[order.pk])
