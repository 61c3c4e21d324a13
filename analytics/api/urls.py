from django.urls import path

from analytics.api import bridges

urlpatterns = [
    path("variance/", bridges.BridgesApi.as_view(), name="bridges"),
    path("variance/<int:report_id>/", bridges.BridgeApi.as_view(), name="bridge"),
    path("variance/<int:report_id>/drivers/", bridges.DriversApi.as_view(), name="drivers"),
    path("orders/<int:order_id>/waiting/", bridges.WaitingApi.as_view(), name="waiting"),
    path("stages/", bridges.StagesApi.as_view(), name="stages"),
]
