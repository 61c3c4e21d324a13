"""What every service would cost for a packed shipment, when it would arrive, and which one is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omc.lib import clock
from omc.lib.actor import Actor
from orders.fulfillment.carriers.adapters import CarrierError, Consignment, carrier_of
from orders.fulfillment.carriers.days import calendar_of
from orders.fulfillment.carriers.rules import Box, Option, cheapest_that_keeps, compared_with
from orders.fulfillment.models import Parcel, Shipment
from planning.models import CarrierService
from planning.rules.workdays import WorkingDays


@dataclass(frozen=True)
class Proposal:
    """All services for a shipment, the proposed one and why, for the day that was promised."""

    options: list[Option]
    best: Option | None
    promised: date | None
    reason: str


def services_with_terms(company_id: int) -> QuerySet[CarrierService]:
    """Active services that somebody answers for."""
    rows = CarrierService.objects.filter(company_id=company_id, is_active=True, terms__isnull=False)
    return rows.select_related("terms").order_by("id")


def promised_day(shipment: Shipment) -> date | None:
    """The latest day that was promised for what it carries."""
    found = shipment.lines.filter(packed__gt=0).aggregate(day=Max("order_line__current_promise"))
    day: date | None = found["day"]
    return day


def consignment_of(shipment: Shipment, parcels: Sequence[Parcel], leaves: date, *, residential: bool) -> Consignment:
    """A packed shipment as a carrier sees it. Raises: CarrierError without an address"""
    place = shipment.ship_to
    if place is None:
        raise CarrierError(_("The shipment has no address."))
    return Consignment(
        company_id=shipment.company_id,
        reference=f"{shipment.company_id:03d}{shipment.pk:09d}{shipment.labels_bought + 1:02d}",
        shipment_id=shipment.pk,
        warehouse_id=shipment.warehouse_id,
        name=place.name,
        street=place.street,
        postal_code=place.postal_code,
        city=place.city,
        country=place.country,
        boxes=tuple(_box(parcel) for parcel in parcels),
        leaves=leaves,
        residential=residential,
    )


def _box(parcel: Parcel) -> Box:
    sizes = (parcel.length_cm, parcel.width_cm, parcel.height_cm)
    length, width, height = sizes
    known = (length, width, height) if length and width and height else None
    return Box(parcel.position, parcel.weight_kg, known)


def proposal_of(shipment: Shipment, actor: Actor, *, residential: bool = False) -> Proposal:
    """What each service would cost and when it would arrive if the carrier came today or, past its hour, next."""
    parcels = list(shipment.parcels.order_by("position"))
    workdays, zone = calendar_of(shipment)
    promised = promised_day(shipment)
    options = [
        _option(shipment, service, parcels, workdays, zone, residential)
        for service in services_with_terms(actor.company_id)
    ]
    options.sort(key=lambda option: (not option.goes, option.amount, option.service_id))
    best = cheapest_that_keeps(options, promised)
    return Proposal(options, best, promised, reason_for(best, options, promised) if best else "")


def _option(
    shipment: Shipment,
    service: CarrierService,
    parcels: Sequence[Parcel],
    workdays: WorkingDays,
    zone: ZoneInfo,
    residential: bool,
) -> Option:
    local = clock.now().astimezone(zone)
    leaves = workdays.on_or_after(local.date() if local.time() <= service.cut_off else local.date() + timedelta(days=1))
    try:
        consignment = consignment_of(shipment, parcels, leaves, residential=residential)
        rate = carrier_of(service.terms.adapter).rate(service.pk, consignment)
    except CarrierError as refusal:
        return Option(service.pk, service.name, refusal=refusal.message)
    arrives = None if rate.days is None else workdays.after(leaves, rate.days)
    return Option(service.pk, service.name, rate.amounts, arrives)


def reason_for(best: Option, options: Sequence[Option], promised: date | None) -> str:
    """Why this service, in one sentence, with the other that one would ask about."""
    said = _("%(service)s %(amount)s arrives %(when)s") % {
        "service": best.name,
        "amount": _figure(best.amount),
        "when": _when(best, promised),
    }
    other = compared_with(best, options, promised)
    if other is None:
        return f"{said}."
    apart = other.amount - best.amount
    price = (
        _("%(amount)s cheaper") % {"amount": _figure(-apart)}
        if apart < 0
        else _("%(amount)s dearer") % {"amount": _figure(apart)}
    )
    return _("%(said)s; %(service)s is %(price)s and arrives %(when)s.") % {
        "said": said,
        "service": other.name,
        "price": price,
        "when": _when(other, promised),
    }


def _when(option: Option, promised: date | None) -> str:
    if option.arrives is None:
        return _("on a day that nobody knows")
    day = formats.date_format(option.arrives, "D j M")
    if promised is None:
        return _("%(day)s, and nothing was promised") % {"day": day}
    days = (option.arrives - promised).days
    if days == 0:
        return _("%(day)s, the promised day") % {"day": day}
    if days < 0:
        early = ngettext("%(n)s day before the promise", "%(n)s days before the promise", -days) % {"n": -days}
        return f"{day}, {early}"
    return f"{day}, " + ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


def _figure(amount: Decimal) -> str:
    return formats.number_format(amount, 2, use_l10n=True, force_grouping=True)
