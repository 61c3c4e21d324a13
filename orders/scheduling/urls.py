from django.urls import path

from orders.scheduling import views

app_name = "scheduling"
urlpatterns = [
    path("", views.board, name="board"),
    path("shipments/", views.shipments, name="shipments"),
    path("shipments/release/", views.release_due, name="release-due"),
    path("shipments/<int:planned_id>/", views.shipment, name="shipment"),
    path("shipments/<int:planned_id>/release/", views.release, name="release"),
    path("shipments/<int:planned_id>/move/", views.move, name="move"),
    path("shipments/<int:planned_id>/freeze/", views.freeze, name="freeze"),
    path("shipments/<int:planned_id>/unfreeze/", views.unfreeze, name="unfreeze"),
    path("shipments/<int:planned_id>/recall/", views.recall, name="recall"),
    path("shipments/<int:planned_id>/cancel/", views.cancel, name="cancel"),
    path("orders/<int:order_id>/plan/", views.plan_order, name="plan-order"),
    path("capacity/", views.capacity, name="capacity"),
]
