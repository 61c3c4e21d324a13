"""REST views of order planning."""

from django.urls import path

from planning.api.forecasts import ForecastsApi
from planning.api.stock import AdjustApi, AvailabilityApi, MovementsApi, ReceiveApi, StockApi
from planning.api.supply import (
    CancelSupplyApi,
    MoveSupplyApi,
    OrderSpecialsApi,
    ReceiveSupplyApi,
    SendSupplyApi,
    SettleSupplyApi,
    SpecialsApi,
    SupplyApi,
    SupplyOrdersApi,
    SupplyPdfApi,
)
from planning.counts import api as counts
from planning.places import api as places

urlpatterns = [
    *counts.urlpatterns,
    *places.urlpatterns,
    path("stock/", StockApi.as_view(), name="stock"),
    path("stock/receive/", ReceiveApi.as_view(), name="receive"),
    path("stock/adjust/", AdjustApi.as_view(), name="adjust"),
    path("stock/<int:product_id>/movements/", MovementsApi.as_view(), name="movements"),
    path("availability/", AvailabilityApi.as_view(), name="availability"),
    path("supply/", SupplyOrdersApi.as_view(), name="supply-orders"),
    path("supply/<int:supply_id>/", SupplyApi.as_view(), name="supply"),
    path("supply/<int:supply_id>/receive/", ReceiveSupplyApi.as_view(), name="receive-supply"),
    path("supply/<int:supply_id>/cancel/", CancelSupplyApi.as_view(), name="cancel-supply"),
    path("supply/<int:supply_id>/move/", MoveSupplyApi.as_view(), name="move-supply"),
    path("supply/<int:supply_id>/pdf/", SupplyPdfApi.as_view(), name="supply-pdf"),
    path("supply/<int:supply_id>/send/", SendSupplyApi.as_view(), name="send-supply"),
    path("supply/<int:supply_id>/settle/", SettleSupplyApi.as_view(), name="settle-supply"),
    path("specials/", SpecialsApi.as_view(), name="specials"),
    path("specials/<int:order_id>/order/", OrderSpecialsApi.as_view(), name="order-specials"),
    path("forecasts/", ForecastsApi.as_view(), name="forecasts"),
]
