from django.urls import path

from planning.counts import views as counts
from planning.places import views as places
from planning.views import forecasts, stock, supply

app_name = "planning"
urlpatterns = [
    path("", stock.stock, name="stock"),
    path("items/<int:product_id>/", stock.item, name="item"),
    path("items/options/", stock.item_options, name="item-options"),
    path("items/<int:product_id>/put-away/", places.put_away, name="put-away"),
    path("bins/", places.bins, name="bins"),
    path("bins/new/", places.new_bins, name="new-bins"),
    path("bins/<int:bin_id>/", places.bin, name="bin"),
    path("counts/", counts.counts, name="counts"),
    path("counts/<int:count_id>/", counts.count, name="count"),
    path("receive/", stock.receive, name="receive"),
    path("adjust/", stock.adjust, name="adjust"),
    path("backorders/", stock.backorders, name="backorders"),
    path("supply/", supply.supply_orders, name="supply-orders"),
    path("supply/new/", supply.new_supply, name="new-supply"),
    path("supply/<int:supply_id>/", supply.supply, name="supply"),
    path("supply/<int:supply_id>/receive/", supply.receive_supply, name="receive-supply"),
    path("supply/<int:supply_id>/cancel/", supply.cancel_supply, name="cancel-supply"),
    path("supply/<int:supply_id>/move/", supply.move_supply, name="move-supply"),
    path("supply/<int:supply_id>/pdf/", supply.supply_pdf, name="supply-pdf"),
    path("supply/<int:supply_id>/send/", supply.send_supply, name="send-supply"),
    path("supply/<int:supply_id>/settle/", supply.settle_supply, name="settle-supply"),
    path("specials/", supply.specials, name="specials"),
    path("specials/<int:order_id>/order/", supply.order_specials, name="order-specials"),
    path("forecasts/", forecasts.forecasts, name="forecasts"),
    path("forecasts/<int:forecast_id>/", forecasts.forecast, name="forecast"),
    path("forecasts/run/", forecasts.run_forecast, name="run-forecast"),
]
