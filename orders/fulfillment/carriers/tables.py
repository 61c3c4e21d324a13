"""The embedded carrier: prices from rate tables, tracking numbers of its own. It needs nobody else."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from orders.fulfillment.carriers.adapters import CarrierError, Consignment, Labels, Rate, Scan
from orders.fulfillment.carriers.days import calendar_of
from orders.fulfillment.carriers.rules import NoRate, Surcharges, Zone, parcel_price, zone_for
from orders.fulfillment.models import CarrierTerms, CarrierZone, Shipment
from orders.fulfillment.parcels.rules import check_digit
from planning.selectors.workdays import transit_days


class TableCarrier:
    """Rates by zone and weight, with surcharges; days on the way by zone, else those that planning promises by."""

    name = "Rate tables"

    def rate(self, service_id: int, consignment: Consignment) -> Rate:
        terms = CarrierTerms.objects.select_related("service").filter(service_id=service_id).first()
        if terms is None:
            raise CarrierError(_("No terms were agreed for this service."))
        zone = zone_for(zones_of(service_id), consignment.country, consignment.postal_code)
        if zone is None:
            raise CarrierError(
                _("%(service)s does not go to %(place)s.")
                % {
                    "service": terms.service,
                    "place": f"{consignment.postal_code} {consignment.country}".strip(),
                }
            )
        try:
            amounts = tuple(
                parcel_price(box, zone, surcharges_of(terms), residential=consignment.residential)
                for box in consignment.boxes
            )
        except NoRate as refusal:
            raise CarrierError(str(refusal)) from refusal
        days = zone.days
        if days is None:
            days = transit_days(service_id, consignment.warehouse_id, consignment.country)
        return Rate(amounts, days)

    def label(self, service_id: int, consignment: Consignment) -> Labels:
        self.rate(service_id, consignment)
        return Labels(tuple(_number(consignment.reference, box.position) for box in consignment.boxes))

    def cancel(self, tracking_numbers: Sequence[str]) -> None:
        """Nobody else knows of them."""

    def track(self, shipment_id: int, until: datetime) -> list[Scan]:
        """What has happened by then, worked out from when it left and when it arrives: the same whenever it is asked.

        An address without street or postal code is found out at the door.
        """
        shipment = Shipment.objects.select_related("warehouse", "ship_to").get(pk=shipment_id)
        if shipment.shipped_at is None:
            return []
        _workdays, zone = calendar_of(shipment)
        place = shipment.ship_to
        reachable = place is not None and bool(place.street and place.postal_code)
        steps = way(shipment.shipped_at, shipment.expected_on, zone, reachable=reachable)
        here, there = shipment.warehouse.city, place.city if place else ""
        left = ("accepted", "in_transit")
        return [
            Scan(
                number,
                kind,
                at,
                here if kind in left else there,
                "address" if kind == "exception" else "",
            )
            for kind, at in steps
            if at <= until
            for number in shipment.parcels.order_by("position").values_list("tracking_number", flat=True)
        ]


def way(left: datetime, expected: date | None, zone: ZoneInfo, *, reachable: bool) -> list[tuple[str, datetime]]:
    """When what happens to a parcel that left then and arrives on that day; the oldest first, each after the one before."""
    steps = [("accepted", left + timedelta(hours=1)), ("in_transit", left + timedelta(hours=3))]
    if expected is not None:
        for kind, hour in (("out_for_delivery", 8), ("delivered" if reachable else "exception", 14)):
            at = datetime.combine(expected, time(hour), zone)
            steps.append((kind, max(at, steps[-1][1] + timedelta(hours=1))))
    return steps


def surcharges_of(terms: CarrierTerms) -> Surcharges:
    return Surcharges(
        volume_divisor=terms.volume_divisor,
        fuel_percent=terms.fuel_percent,
        residential=terms.residential_amount,
        oversize_cm=terms.oversize_cm,
        oversize=terms.oversize_amount,
    )


def zones_of(service_id: int) -> list[Zone]:
    return [
        Zone(
            row.name,
            row.country,
            row.postal_prefix,
            tuple((Decimal(limit), Decimal(price)) for limit, price in row.rates),
            row.days,
        )
        for row in CarrierZone.objects.filter(service_id=service_id)
    ]


def _number(reference: str, position: int) -> str:
    """The same purchase has the same numbers: company, shipment, how often it was bought, parcel, check digit."""
    digits = f"{reference}{position:02d}"
    return f"{digits}{check_digit(digits)}"
