from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TourConfig(AppConfig):
    """The tours: five steps per role, each a real deed on the company's real data."""

    name = "omc.tour"
    label = "tour"
    verbose_name = _("Tours")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from omc.tour import registrations  # noqa: F401
