"""Buying labels, giving them back, and what the carrier asked for in the end."""

from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.selectors.holds import refuse_if_held
from orders.core.services.messages.writing import File, attach
from orders.core.services.search import index
from orders.fulfillment.carriers.adapters import CarrierError, carrier_of
from orders.fulfillment.carriers.labels import give_back_labels
from orders.fulfillment.carriers.selectors import consignment_of, proposal_of
from orders.fulfillment.events import FreightRecorded, LabelsBought, LabelsGivenBack
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Parcel, Shipment, ShipmentState
from orders.fulfillment.services.lines import lock_shipment
from orders.fulfillment.services.ship_shipment import IsCollected
from orders.fulfillment.services.start_picking import findable
from planning.models import CarrierService


class LabelsThere(DomainError):
    """Its labels were bought already."""

    code = "labels_there"


class NoLabels(DomainError):
    """There are no labels to give back."""

    code = "no_labels"


@verb(events=(LabelsBought,))
def buy_labels(*, shipment_id: int, actor: Actor, service_id: int | None = None, residential: bool = False) -> Shipment:
    """Buy the labels of a packed shipment from a carrier: of the service proposed, or of another that somebody chose.

    Where the carrier fails nothing is written: the shipment stays packed, without labels.

    Raises: CarrierError, LabelsThere, HoldBlocks, IsCollected, InvalidInput, IllegalTransition, ShipmentNotFound
    Events: labels_bought
    """
    require(actor, "fulfillment.ship")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.SHIPPED)
    if shipment.is_collected:
        raise IsCollected(f"The customer collects {shipment}; it needs no label.")
    if shipment.labels_at is not None:
        raise LabelsThere(f"The labels of {shipment} are bought: {shipment.tracking_number}.")
    refuse_if_held(shipment.order, "ship")
    proposal = proposal_of(shipment, actor, residential=residential)
    chosen = next(
        (option for option in proposal.options if option.service_id == service_id),
        None if service_id else proposal.best,
    )
    if chosen is None:
        raise InvalidInput("No carrier has a price for this shipment.", field="service")
    if not chosen.goes:
        raise CarrierError(chosen.refusal, field="service")
    service = CarrierService.objects.select_related("terms").get(pk=chosen.service_id)
    parcels = list(shipment.parcels.order_by("position"))
    consignment = consignment_of(shipment, parcels, clock.today(shipment.company.time_zone), residential=residential)
    bought = carrier_of(service.terms.adapter).label(service.pk, consignment)
    if len(bought.tracking_numbers) != len(parcels):
        raise CarrierError("The carrier sent another number of labels than there are parcels.")
    for parcel, number, amount in zip(parcels, bought.tracking_numbers, chosen.amounts, strict=True):
        parcel.tracking_number, parcel.quoted_cost = number, amount
    Parcel.objects.bulk_update(parcels, ["tracking_number", "quoted_cost"])
    if bought.pdf:
        attach(shipment, File(f"labels-{shipment.number}.pdf", bought.pdf, "application/pdf"), actor=actor)
    best = proposal.best
    choice = "as proposed" if best is None or best.service_id == chosen.service_id else f"in place of {best.name}"
    stamp = {
        "service_id": service.pk,
        "proposed_service_id": best.service_id if best else None,
        "is_residential": residential,
        "labels_at": clock.now(),
        "labels_bought": shipment.labels_bought + 1,
        "tracking_number": parcels[0].tracking_number,
        "expected_on": chosen.arrives,
    }
    for name, value in stamp.items():
        setattr(shipment, name, value)
    shipment.save(update_fields=[name.removesuffix("_id") for name in stamp])
    event = LabelsBought(
        shipment=shipment.number, service=service.name, labels=len(parcels), choice=choice, arrives=chosen.arrives
    )
    record(shipment, event, actor=actor)
    index(shipment.company_id, [findable(shipment)])
    return shipment


@verb(events=(LabelsGivenBack,))
def cancel_labels(*, shipment_id: int, actor: Actor) -> Shipment:
    """Give the labels of a shipment that has not left back to the carrier.

    Raises: NoLabels, CarrierError, IllegalTransition once it left, ShipmentNotFound
    Events: labels_given_back
    """
    require(actor, "fulfillment.ship")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.SHIPPED)
    if shipment.labels_at is None:
        raise NoLabels(f"{shipment} has no labels of a carrier.")
    parcels = list(shipment.parcels.order_by("position"))
    give_back_labels(shipment, parcels)
    record(shipment, LabelsGivenBack(shipment=shipment.number, labels=len(parcels)), actor=actor)
    return shipment


@verb(events=(FreightRecorded,))
def record_freight(*, parcel_id: int, amount: Decimal, actor: Actor) -> Parcel:
    """Enter what the carrier's invoice asks for a parcel; entered again, the last one counts.

    Units: company currency. Raises: InvalidInput, NotFound
    Events: freight_recorded on the shipment
    """
    require(actor, "fulfillment.record_freight")
    found = Parcel.objects.filter(pk=parcel_id, shipment__company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no parcel {parcel_id}.", parcel_id=parcel_id)
    if not amount.is_finite() or amount < 0:
        raise InvalidInput("A carrier asks for nothing or more.", field="amount")
    shipment = lock_shipment(found.shipment_id, actor)
    parcel = Parcel.objects.select_for_update().get(pk=found.pk)
    parcel.actual_cost = amount
    parcel.save(update_fields=["actual_cost"])
    record(shipment, FreightRecorded(shipment=shipment.number, parcel=parcel.position), actor=actor)
    return parcel
