from django.urls import path

from analytics.views import bridge, figures, insights, walk, wall

app_name = "analytics"
urlpatterns = [
    path("", insights.insights, name="insights"),
    path("wall/", wall.wall_page, name="wall"),
    path("wall/<int:number>/", wall.stage_rows, name="wall-stage"),
    path("figures/<slug:key>/", figures.figure, name="figure"),
    path("walk/", walk.choose, name="walks"),
    path("walk/random/", walk.at_random, name="walk-random"),
    path("walk/<int:order_id>/", walk.walk, name="walk"),
    path("walk/<int:order_id>/<int:hop>/", walk.walk, name="walk-hop"),
    path("variance/", bridge.bridges, name="bridges"),
    path("variance/start/", bridge.start, name="start"),
    path("variance/running/", bridge.running, name="running"),
    path("variance/<int:report_id>/", bridge.bridge, name="bridge"),
    path("variance/<int:report_id>/drivers.csv", bridge.bridge_csv, name="bridge-csv"),
    path("variance/<int:report_id>/lines/<int:customer_id>/", bridge.bridge_lines, name="bridge-lines-no-item"),
    path(
        "variance/<int:report_id>/lines/<int:customer_id>/<int:product_id>/", bridge.bridge_lines, name="bridge-lines"
    ),
]
