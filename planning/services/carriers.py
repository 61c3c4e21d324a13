"""Ways of sending things, as whoever configures the house enters them."""

from datetime import time

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.services.history import keep_change
from planning.models import CarrierService


@verb(silent="a way of sending things keeps its own before/after history")
def keep_carrier_service(
    *, code: str, name: str, cut_off: time, is_active: bool, actor: Actor, service_id: int | None = None
) -> CarrierService:
    """Enter a carrier's service, or change it.

    Raises: InvalidInput for a code that is empty or taken, NotFound
    """
    require(actor, "fulfillment.manage_carriers")
    rows = CarrierService.objects.filter(company_id=actor.company_id)
    service = CarrierService(company_id=actor.company_id)
    if service_id is not None:
        found = rows.select_for_update().filter(pk=service_id).first()
        if found is None:
            raise NotFound(f"There is no carrier service {service_id}.", service_id=service_id)
        service = found
    code, name = code.strip().upper(), name.strip()
    if not code or not name:
        raise InvalidInput("A service has a code and a name.", field="name" if code else "code")
    if rows.filter(code=code).exclude(pk=service.pk).exists():
        raise InvalidInput(f"There is a service {code} already.", field="code")
    told = ("code", "name", "cut_off", "is_active")
    before = {key: str(getattr(service, key)) for key in told} if service.pk else {}
    service.code, service.name, service.cut_off, service.is_active = code, name, cut_off, is_active
    service.save()
    after = {key: str(getattr(service, key)) for key in told}
    if before != after:
        keep_change(service, before, after, actor=actor)
    return service
