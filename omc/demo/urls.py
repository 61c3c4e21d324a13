from django.urls import path

from omc.demo import views

app_name = "demo"
urlpatterns = [
    path("enter/", views.enter, name="enter"),
    path("story/<slug:key>/", views.story, name="story"),
    path("empty/", views.start_empty, name="start-empty"),
    path("banner/", views.banner, name="banner"),
    path("pause/", views.pause, name="pause"),
    path("next-day/", views.next_day, name="next-day"),
]
