"""A stage's card: what comes in and goes out, who does it, by which rules, and how it stands today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from omc.lib.errors import NotFound
from omc.lib.registry import registry
from orders.core.access import allow
from orders.core.selectors import stage_card as reads
from orders.core.views.home import day_minutes


@require_GET
@allow("member")
def stage_card(request: HttpRequest, key: str) -> HttpResponse:
    """Words that do not change, and everything else as it is at this moment."""
    actor = request.actor
    stage, card = registry.stages.get(key), registry.stage_cards.get(key)
    if stage is None or card is None:
        raise NotFound(f"There is no stage {key}.")
    context = {
        "stage": stage,
        "card": card,
        "today": reads.today_in(actor, stage),
        "rules": reads.rules_in_force(actor, stage, card),
        "waits_for": reads.waiting_for(actor, stage, card),
        "waits_on_us": reads.waiting_on_us(actor, stage),
        "day_minutes": day_minutes(request),
        "may_open": actor.can(stage.permission),
    }
    return render(request, "orders/core/stage_card.html", context)
