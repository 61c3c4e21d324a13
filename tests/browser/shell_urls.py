"""The site, and the style page even where the site does not show it."""

from django.urls import path

from omc.style import style
from omc.urls import urlpatterns as site

urlpatterns = [path("style/", style), *site]
