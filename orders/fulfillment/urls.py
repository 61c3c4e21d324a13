from django.urls import path

from orders.fulfillment import supplier, views

app_name = "fulfillment"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("plans/<int:planned_id>/start/", views.start, name="start"),
    path("orders/<int:order_id>/", views.order, name="order"),
    path("supplier/<int:supply_id>/", supplier.supplier_shipment, name="supplier-shipment"),
    path("shipments/", views.shipments, name="shipments"),
    path("shipments/<int:shipment_id>/", views.shipment, name="shipment"),
    path("shipments/<int:shipment_id>/pick/", views.pick, name="pick"),
    path("shipments/<int:shipment_id>/pack/", views.pack, name="pack"),
    path("shipments/<int:shipment_id>/ship/", views.ship, name="ship"),
    path("shipments/<int:shipment_id>/deliver/", views.deliver, name="deliver"),
    path("shipments/<int:shipment_id>/unpick/", views.unpick, name="unpick"),
    path("shipments/<int:shipment_id>/pick-list.pdf", views.pick_list, name="pick-list"),
    path("shipments/<int:shipment_id>/packing-slip.pdf", views.packing_slip, name="packing-slip"),
]
