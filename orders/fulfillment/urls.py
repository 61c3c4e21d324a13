from django.urls import path

from orders.fulfillment.carriers import views as carriers
from orders.fulfillment.checking import views as checking
from orders.fulfillment.parcels import views as parcels
from orders.fulfillment.picking import views as picking
from orders.fulfillment.radar import views as radar
from orders.fulfillment.tracking import views as tracking
from orders.fulfillment.views import shipments, supplier
from orders.fulfillment.waves import views as waves

app_name = "fulfillment"
urlpatterns = [
    path("", shipments.queue, name="queue"),
    path("radar/", radar.radar, name="radar"),
    path("plans/<int:planned_id>/start/", shipments.start, name="start"),
    path("orders/<int:order_id>/", shipments.order, name="order"),
    path("supplier/<int:supply_id>/", supplier.supplier_shipment, name="supplier-shipment"),
    path("waves/", waves.waves, name="waves"),
    path("waves/new/", waves.new_wave, name="new-wave"),
    path("waves/<int:wave_id>/", waves.wave, name="wave"),
    path("waves/<int:wave_id>/cancel/", waves.cancel, name="cancel-wave"),
    path("waves/<int:wave_id>/pick-list.pdf", waves.wave_list, name="wave-list"),
    path("waves/<int:wave_id>/scan/", picking.scan_wave, name="scan-wave"),
    path("waves/<int:wave_id>/take/", picking.take_of_wave, name="take-wave"),
    path("waves/<int:wave_id>/finish/", picking.finish_wave, name="finish-wave"),
    path("waves/<int:wave_id>/short/", picking.short_of_wave, name="short-wave"),
    path("shipments/<int:shipment_id>/short/", picking.short_of_shipment, name="short-shipment"),
    path("shipments/<int:shipment_id>/scan/", picking.scan_shipment, name="scan-shipment"),
    path("shipments/<int:shipment_id>/take/", picking.take_of_shipment, name="take-shipment"),
    path("shipments/<int:shipment_id>/finish/", picking.finish_shipment, name="finish-shipment"),
    path("shipments/", shipments.shipments, name="shipments"),
    path("shipments/<int:shipment_id>/", shipments.shipment, name="shipment"),
    path("shipments/<int:shipment_id>/pick/", shipments.pick, name="pick"),
    path("shipments/<int:shipment_id>/check/", checking.check, name="check"),
    path("shipments/<int:shipment_id>/pack/", parcels.pack, name="pack"),
    path("shipments/<int:shipment_id>/ship/", shipments.ship, name="ship"),
    path("shipments/<int:shipment_id>/deliver/", shipments.deliver, name="deliver"),
    path("shipments/<int:shipment_id>/hand-over/", shipments.hand_over, name="hand-over"),
    path("shipments/<int:shipment_id>/unpick/", shipments.unpick, name="unpick"),
    path("shipments/<int:shipment_id>/pick-list.pdf", shipments.pick_list, name="pick-list"),
    path("shipments/<int:shipment_id>/packing-slip.pdf", shipments.packing_slip, name="packing-slip"),
    path("shipments/<int:shipment_id>/delivery-note.pdf", shipments.delivery_note, name="delivery-note"),
    path("shipments/<int:shipment_id>/carton-labels.pdf", shipments.carton_labels, name="carton-labels"),
    path(
        "shipments/<int:shipment_id>/parcels/<int:position>/packing-slip.pdf", shipments.parcel_slip, name="parcel-slip"
    ),
    path("shipments/<int:shipment_id>/labels/", carriers.buy, name="buy-labels"),
    path("shipments/<int:shipment_id>/labels/cancel/", carriers.cancel, name="cancel-labels"),
    path("shipments/<int:shipment_id>/parcels/<int:position>/freight/", carriers.freight, name="freight"),
    path("shipments/<int:shipment_id>/exception/", tracking.report, name="exception"),
    path("shipments/<int:shipment_id>/send-on/", tracking.send_on, name="send-on"),
    path("shipments/<int:shipment_id>/take-back/", tracking.take_back, name="take-back"),
    path("shipments/<int:shipment_id>/settle/", tracking.settle, name="settle"),
    path("carriers/", carriers.carriers, name="carriers"),
    path("carriers/new/", carriers.carrier, name="new-carrier"),
    path("carriers/<int:service_id>/", carriers.carrier, name="carrier"),
]
