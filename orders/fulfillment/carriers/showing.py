"""What the page of a packed shipment shows of carriers."""

from typing import Any

from omc.lib.actor import Actor
from orders.fulfillment.carriers.forms import LabelForm
from orders.fulfillment.carriers.selectors import proposal_of
from orders.fulfillment.models import Shipment


def label_context(shipment: Shipment, actor: Actor, form: LabelForm | None) -> dict[str, Any]:
    """All services with their prices, the one that is chosen; nothing where no carrier is entered."""
    if shipment.labels_at is not None:
        return {"has_carriers": True}
    asked = form is not None and form.is_valid()
    residential = bool(form.cleaned_data["residential"]) if asked and form else shipment.is_residential
    proposal = proposal_of(shipment, actor, residential=residential)
    if not proposal.options:
        return {}
    wanted = form.cleaned_data["service_id"] if asked and form else None
    return {
        "has_carriers": True,
        "proposal": proposal,
        "chosen": wanted or (proposal.best.service_id if proposal.best else None),
        "label": form or LabelForm(initial={"residential": residential}),
    }
