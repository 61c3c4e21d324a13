from django.urls import path

from returns.claims import views

app_name = "claims"
urlpatterns = [
    path("", views.returns, name="returns"),
    path("request/<int:order_id>/", views.request_return, name="request"),
    path("<int:return_id>/", views.return_page, name="return"),
    path("<int:return_id>/authorize/", views.authorize, name="authorize"),
    path("<int:return_id>/reject/", views.reject, name="reject"),
    path("<int:return_id>/receive/", views.receive, name="receive"),
    path("<int:return_id>/inspect/", views.inspect, name="inspect"),
    path("<int:return_id>/settle/", views.settle, name="settle"),
    path("<int:return_id>/close/", views.close, name="close"),
    path("<int:return_id>/cancel/", views.cancel, name="cancel"),
]
