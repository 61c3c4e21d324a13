from django.urls import path

from analytics import views

app_name = "analytics"
urlpatterns = [
    path("", views.insights, name="insights"),
    path("variance/", views.bridges, name="bridges"),
    path("variance/start/", views.start, name="start"),
    path("variance/running/", views.running, name="running"),
    path("variance/<int:report_id>/", views.bridge, name="bridge"),
    path("variance/<int:report_id>/drivers.csv", views.bridge_csv, name="bridge-csv"),
    path("variance/<int:report_id>/lines/<int:customer_id>/", views.bridge_lines, name="bridge-lines-no-item"),
    path("variance/<int:report_id>/lines/<int:customer_id>/<int:product_id>/", views.bridge_lines, name="bridge-lines"),
]
