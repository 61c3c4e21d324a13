"""How a carrier is asked. Write an adapter by following ``Carrier``, and add it to ``CARRIERS``; a service's terms name it.

What an adapter promises:

- ``rate`` prices one service for one consignment, and changes nothing anywhere.
- ``label`` buys the labels of all parcels at once, or of none. It gets a ``reference`` of its own for every purchase: asked
  again with the same one (the connection broke, a transaction was tried again) it answers the same labels and buys none.
- ``cancel`` gives labels back; those that are given back already are no error.
- ``track`` answers everything that happened until a moment, the oldest first, whenever it is asked.

Whatever goes wrong is a ``CarrierError`` with a sentence for the packer: nothing is shipped then, and the shipment stays packed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Protocol

from omc.lib.errors import DomainError
from omc.lib.registry import Registry
from orders.fulfillment.carriers.rules import Box


class CarrierError(DomainError):
    """The carrier could not be asked, or said no."""

    code = "carrier_failed"


@dataclass(frozen=True, slots=True)
class Consignment:
    """A shipment as a carrier sees it. ``leaves`` is the day on which it is handed over."""

    company_id: int
    reference: str
    shipment_id: int
    warehouse_id: int
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    boxes: tuple[Box, ...]
    leaves: date
    residential: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """What it costs, by parcel, in company currency, and how many working days it is on the way; None is not known."""

    amounts: tuple[Decimal, ...]
    days: int | None


@dataclass(frozen=True, slots=True)
class Labels:
    """A tracking number per parcel; ``pdf`` holds the labels where the carrier prints them, else we print ours."""

    tracking_numbers: tuple[str, ...]
    pdf: bytes | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """Something that happened to a parcel on its way. ``kind`` is one of ``TrackingKind``."""

    tracking_number: str
    kind: str
    at: datetime
    place: str = ""
    words: str = ""


class Carrier(Protocol):
    """What every carrier can do."""

    name: str

    def rate(self, service_id: int, consignment: Consignment) -> Rate:
        """Raises: CarrierError"""

    def label(self, service_id: int, consignment: Consignment) -> Labels:
        """Raises: CarrierError"""

    def cancel(self, tracking_numbers: Sequence[str]) -> None:
        """Raises: CarrierError"""

    def track(self, shipment_id: int, until: datetime) -> list[Scan]:
        """Raises: CarrierError"""


CARRIERS: Final[Registry[Carrier]] = Registry("carriers")


def carrier_of(adapter: str) -> Carrier:
    """Who answers for a service. Raises: CarrierError where the adapter is not there any more."""
    found = CARRIERS.get(adapter)
    if found is None:
        raise CarrierError(f"Nobody answers for carriers of the kind “{adapter}”.", adapter=adapter)
    return found
