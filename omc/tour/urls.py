from django.urls import path

from omc.tour import views

app_name = "tour"
urlpatterns = [
    path("", views.tours, name="tours"),
    path("bar/", views.bar, name="bar"),
    path("skip/", views.skip, name="skip"),
    path("leave/", views.leave, name="leave"),
    path("<slug:key>/begin/", views.begin, name="begin"),
]
