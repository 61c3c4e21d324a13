"""The pick list of a wave: its way, bin by bin, and which tote gets what."""

from omc.lib.catalogs import for_customer as _
from omc.lib.documents import typeset
from orders.core.speech import quantity
from orders.fulfillment.models import Wave
from orders.fulfillment.picking.path import tasks_of
from orders.fulfillment.waves.selectors import shipments_of


def wave_list_pdf(wave: Wave) -> bytes:
    """What is still to be taken, in the order of the bins."""
    shipments = list(shipments_of(wave))
    facts = [
        (_("Warehouse"), wave.warehouse.name or wave.warehouse.code),
        (_("Shipments"), str(len(shipments))),
        (_("Planned minutes"), str(wave.minutes)),
    ]
    content = {
        "title": _("Pick list"),
        "number": wave.number,
        "seller": wave.company.name,
        "facts": [[str(label), value] for label, value in facts],
        "totes": [[str(row.tote or ""), row.number, str(row.order), str(row.customer)] for row in shipments],
        "lines": [
            {
                "bin": task.bin or "–",
                "sku": task.sku,
                "description": task.name,
                "lot": task.lot,
                "quantity": quantity(task.quantity, task.unit),
                "tote": str(task.tote or ""),
            }
            for task in tasks_of(shipments)
        ],
        "words": {
            "bin": _("Bin"),
            "item": _("Item"),
            "quantity": _("Quantity"),
            "tote": _("Tote"),
            "picked": _("Picked"),
            "page": _("Page"),
            "shipment": _("Shipment"),
            "order": _("Order"),
            "customer": _("Customer"),
        },
    }
    return typeset("orders/fulfillment/wave_list.typ", content)
