"""Paper of the warehouse: the pick list for the cart, slip and label for the box, the note that is signed at the door."""

from decimal import Decimal
from typing import Any

from django.utils.translation import override

from omc.lib.catalogs import figure
from omc.lib.catalogs import for_customer as _
from omc.lib.documents import address_lines, day, typeset
from omc.lib.errors import NotFound
from omc.lib.money import plain
from orders.core.speech import quantity, spoken
from orders.fulfillment.barcodes import code128, gs1_sscc, readable_sscc
from orders.fulfillment.models import Parcel, Shipment, ShipmentLine
from orders.fulfillment.parcels.selectors import packed_parcels
from orders.fulfillment.selectors import shipment_lines

FOLDER = "orders/fulfillment/"


def pick_list_pdf(shipment: Shipment) -> bytes:
    """What to take from which shelf, with room to tick it off."""
    return typeset(FOLDER + "pick_list.typ", _content(shipment, _("Pick list"), "quantity"))


def packing_slip_pdf(shipment: Shipment, position: int | None = None) -> bytes:
    """What is in the boxes, or in the one at this position, in the customer's language and without prices.

    Raises: NotFound where there is no such parcel, or nobody wrote down what lies in it
    """
    with override(spoken(shipment.customer.language)):
        content = _content(shipment, _("Packing slip"), "picked")
        if position is not None:
            _only_parcel(content, shipment, position)
        return typeset(FOLDER + "packing_slip.typ", content)


def delivery_note_pdf(shipment: Shipment) -> bytes:
    """What is handed over, against a signature, in the customer's language."""
    with override(spoken(shipment.customer.language)):
        content = _content(shipment, _("Delivery note"), "packed")
        content["words"] |= {
            "ordered": _("Ordered"),
            "received_on": _("Received on"),
            "name": _("Name"),
            "signature": _("Signature"),
        }
        return typeset(FOLDER + "delivery_note.typ", content)


def carton_labels_pdf(shipment: Shipment) -> bytes:
    """The labels of all parcels, 4 by 6 inches, one a page.

    Each bears the parcel's number for ever (SSCC) and the carrier's number as bars; one that has neither bears its place in
    the shipment. Raises: NotFound before it is packed
    """
    parcels = list(shipment.parcels.order_by("position"))
    if not parcels:
        raise NotFound(f"{shipment} is not packed yet.")
    company, warehouse, order = shipment.company, shipment.warehouse, shipment.order
    place = " ".join(part for part in (warehouse.postal_code, warehouse.city) if part)
    to = list(dict.fromkeys([shipment.customer.name, *address_lines(shipment.ship_to)]))
    facts = [
        (_("Shipment"), shipment.number),
        (_("Order"), order.number),
        (_("Service"), shipment.service),
        (_("Your order"), order.customer_po),
    ]
    return typeset(
        FOLDER + "carton_label.typ",
        {
            "title": shipment.number,
            "from": [line for line in (company.name, warehouse.street, place) if line],
            "to": to,
            "facts": [[str(label), str(value)] for label, value in facts if value],
            "note": order.customer.label_instructions,
            "parcels": [_label(parcel, shipment, len(parcels)) for parcel in parcels],
            "words": {
                "from": _("From"),
                "to": _("Collected by") if shipment.is_collected else _("Ship to"),
                "parcel": _("Parcel"),
            },
        },
    )


def _label(parcel: Parcel, shipment: Shipment, count: int) -> dict[str, Any]:
    own = f"{shipment.number}-{parcel.position}"
    return {
        "of": f"{parcel.position} / {count}",
        "weight": f"{figure(plain(parcel.weight_kg))} kg" if parcel.weight_kg else "",
        "tracking": parcel.tracking_number,
        "tracking_bars": code128(parcel.tracking_number),
        "sscc": readable_sscc(parcel.sscc),
        "sscc_bars": gs1_sscc(parcel.sscc),
        "own": own,
        "own_bars": code128(own),
    }


def _only_parcel(content: dict[str, Any], shipment: Shipment, position: int) -> None:
    found = next((one for one in packed_parcels(shipment) if one.parcel.position == position), None)
    if found is None or found.contents is None:
        raise NotFound(f"{shipment} has no parcel {position} whose contents are known.")
    content["lines"] = [_line(line, "picked") | {"quantity": _units(line, units)} for line, units in found.contents]
    content["parcels"] = [row for row in content["parcels"] if row[0] == str(position)]
    content["number"] = f"{shipment.number}-{position}"


def _content(shipment: Shipment, title: str, column: str) -> dict[str, Any]:
    company, order, warehouse = shipment.company, shipment.order, shipment.warehouse
    facts = [
        (_("Order"), order.number),
        (_("Your order") if column != "quantity" else _("Customer's order"), order.customer_po),
        (_("Warehouse"), "" if shipment.supply_id else warehouse.name or warehouse.code),
        (_("Leaves"), day(shipment.planned.slot_date)),
        (_("Service"), shipment.service),
        (_("Tracking"), shipment.tracking_number),
    ]
    return {
        "title": title,
        "number": shipment.number,
        "seller": company.name,
        "ship_to": list(dict.fromkeys([shipment.customer.name, *address_lines(shipment.ship_to)])),
        "facts": [[str(label), str(value)] for label, value in facts if value],
        "lines": [
            _line(line, column) for line in shipment_lines(shipment) if getattr(line, column) or column == "quantity"
        ],
        "parcels": [
            [
                str(parcel.position),
                f"{figure(plain(parcel.weight_kg))} kg" if parcel.weight_kg else "",
                parcel.tracking_number,
                readable_sscc(parcel.sscc),
            ]
            for parcel in sorted(shipment.parcels.all(), key=lambda parcel: parcel.position)
        ],
        "note": order.customer.label_instructions,
        "words": {
            "ship_to": _("Collected by") if shipment.is_collected else _("Ship to"),
            "item": _("Item"),
            "quantity": _("Quantity"),
            "picked": _("Picked"),
            "parcel": _("Parcel"),
            "page": _("Page"),
        },
    }


def _line(line: ShipmentLine, column: str) -> dict[str, Any]:
    product, parent = line.order_line.product, line.order_line.parent
    return {
        "position": str(line.order_line.position),
        "sku": product.sku if product else "",
        "description": line.order_line.description or (product.name if product else ""),
        "kit": parent.product.sku if parent and parent.product else "",
        "barcode": product.barcode if product else "",
        "bars": code128((product.barcode or product.sku) if product else "") if column == "quantity" else None,
        "quantity": _units(line, getattr(line, column)),
        "ordered": _units(line, line.order_line.ordered - line.order_line.cancelled),
    }


def _units(line: ShipmentLine, units: Decimal) -> str:
    product = line.order_line.product
    return quantity(units, product.stock_unit if product else line.order_line.unit)
