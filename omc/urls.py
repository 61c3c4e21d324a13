"""Every address of the site.

A stage's screens (``urls.py``) live under its own word, its API (``urlpatterns`` at the end of ``api.py``) under
``/api/v1/`` and that word; the wall and the figures under ``/api/v1/insights/``. Core's screens are at the root, and its
API directly under ``/api/v1/``.
"""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from omc.demo.login import LoginView
from omc.health import views as health
from omc.style import favicon, style


def _screens(app: str, prefix: str) -> list[URLResolver]:
    return [path(prefix, include(f"{app}.urls"))] if _has(app, "urls") else []


def _api(app: str, prefix: str) -> list[URLResolver]:
    if not _has(app, "api"):
        return []
    word = app.rpartition(".")[2]
    return [path(prefix, include((import_module(f"{app}.api").urlpatterns, f"api-{word}")))]


def _has(app: str, module: str) -> bool:
    return app in {config.name for config in apps.get_app_configs()} and module_has_submodule(
        import_module(app), module
    )


_stages = {app: app.rpartition(".")[2] + "/" for app in [*settings.STAGES, "analytics"]}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("login/", LoginView.as_view(), name="login"),
    path("style/", style, name="style"),
    path("favicon.ico", favicon),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("tour/", include("omc.tour.urls")),
    path("demo/", include("omc.demo.urls")),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    *(pattern for app, prefix in _stages.items() for pattern in _api(app, f"api/v1/{prefix}")),
    path("api/v1/insights/", include((import_module("analytics.api.insights").urlpatterns, "api-insights"))),
    *_api("orders.core", "api/v1/"),
    *(pattern for app, prefix in _stages.items() for pattern in _screens(app, prefix)),
    *_screens("orders.core", ""),
]
