"""The purchase order leaves to the supplier, through the one way that every message takes."""

from django.utils import translation

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core.message_kinds import kind_of
from orders.core.models import Message
from orders.core.selectors.messages import common_values, said, wording_in_force
from orders.core.services.messages import File, send_message
from orders.core.speech import spoken
from planning.messages import PURCHASE_ORDER
from planning.models import SupplyState
from planning.selectors.stock import message_of_supply
from planning.services.supply import SupplyRefused, lock_supply


class NoAddress(DomainError):
    """The supplier has no mail address."""

    code, status = "no_address", 422


@verb(silent="the message is its own record and belongs to the order that it carries")
def send_supply_order(*, supply_id: int, actor: Actor) -> Message:
    """Send a supply order to its supplier with the PDF, in the supplier's language; asked twice, it is sent once.

    Raises: NoAddress, SupplyRefused for one that was cancelled, NotFound, PermissionRefused
    """
    require(actor, "planning.order_supply")
    supply = lock_supply(supply_id, actor)
    before = message_of_supply(supply)
    if before is not None:
        return before
    supplier = supply.supplier
    if supply.state == SupplyState.CANCELLED:
        raise SupplyRefused(f"{supply} is cancelled; there is nothing to send.")
    if not supplier.email:
        raise NoAddress(f"{supplier} has no mail address. Enter it at the supplier, or download the document.")
    kind = kind_of(PURCHASE_ORDER)
    language = spoken(supplier.language)
    with translation.override(language):
        values = common_values(supply.company, None, "") | dict(kind.values(supply))
        words = said(wording_in_force(supply.company_id, kind, language), values)
        files = [File(*kind.paper(supply))] if kind.paper else []
        sent: Message = send_message(
            key=f"supply:{supply.pk}:{PURCHASE_ORDER}",
            template=PURCHASE_ORDER,
            about=supply,
            recipient=supplier.email,
            subject=words.subject,
            body=words.body,
            actor=actor,
            files=files,
        )
    return sent
