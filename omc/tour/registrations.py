"""Where a tour is offered: on the home of who has not gone through theirs, and in the command palette."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Command, HomeSection, registry
from omc.tour.models import Walk
from omc.tour.tours import tour_of


def offer(actor: Actor) -> dict[str, Any] | None:
    """The tour of this person's work, as long as they have neither finished it nor put it aside."""
    tour = tour_of(actor)
    if tour is None or actor.user_id is None:
        return None
    walk = Walk.objects.filter(user_id=actor.user_id, tour=tour.key).first()
    if walk and walk.left_at:
        return None
    return {"tour": tour, "steps": len(tour.steps), "walk": walk}


registry.home_sections.add("tour", HomeSection("tour", "", "omc/tour/offer.html", offer, slim=True))
registry.offer(Command(_("Take the tour"), "tour:tours", "footprints", _("help guide introduction")))
