"""Paper of the warehouse: the pick list for the cart, the packing slip for the box."""

from typing import Any

from django.utils.translation import override

from omc.lib.catalogs import figure
from omc.lib.catalogs import for_customer as _
from omc.lib.documents import address_lines, day, typeset
from omc.lib.money import plain
from orders.core.speech import quantity, spoken
from orders.fulfillment.models import Shipment, ShipmentLine
from orders.fulfillment.selectors import shipment_lines

FOLDER = "orders/fulfillment/"


def pick_list_pdf(shipment: Shipment) -> bytes:
    """What to take from which shelf, with room to tick it off."""
    return typeset(FOLDER + "pick_list.typ", _content(shipment, _("Pick list"), "quantity"))


def packing_slip_pdf(shipment: Shipment) -> bytes:
    """What is in the box, in the customer's language and without prices."""
    with override(spoken(shipment.customer.language)):
        return typeset(FOLDER + "packing_slip.typ", _content(shipment, _("Packing slip"), "picked"))


def _content(shipment: Shipment, title: str, column: str) -> dict[str, Any]:
    company, order, warehouse = shipment.company, shipment.order, shipment.warehouse
    facts = [
        (_("Order"), order.number),
        (_("Your order") if column == "picked" else _("Customer's order"), order.customer_po),
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
            ]
            for parcel in shipment.parcels.all()
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


def _line(line: ShipmentLine, column: str) -> dict[str, str]:
    product, parent = line.order_line.product, line.order_line.parent
    return {
        "position": str(line.order_line.position),
        "sku": product.sku if product else "",
        "description": line.order_line.description or (product.name if product else ""),
        "kit": parent.product.sku if parent and parent.product else "",
        "barcode": product.barcode if product else "",
        "quantity": quantity(getattr(line, column), product.stock_unit if product else line.order_line.unit),
    }
