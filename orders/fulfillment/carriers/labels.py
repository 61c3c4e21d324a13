"""Giving labels back: shared by whoever cancels them and whoever puts the goods back."""

from collections.abc import Sequence

from orders.fulfillment.carriers.adapters import carrier_of
from orders.fulfillment.models import CarrierTerms, Parcel, Shipment


def give_back_labels(shipment: Shipment, parcels: Sequence[Parcel]) -> None:
    """The carrier takes the labels of a locked shipment back; its parcels have no price and no tracking number then.

    Raises: CarrierError, and nothing changed
    """
    terms = CarrierTerms.objects.filter(service_id=shipment.service_id).first()
    if terms is not None:
        carrier_of(terms.adapter).cancel([parcel.tracking_number for parcel in parcels])
    for parcel in parcels:
        parcel.tracking_number, parcel.quoted_cost = "", None
    Parcel.objects.bulk_update(parcels, ["tracking_number", "quoted_cost"])
    shipment.labels_at, shipment.tracking_number, shipment.expected_on = None, "", None
    shipment.save(update_fields=["labels_at", "tracking_number", "expected_on"])
