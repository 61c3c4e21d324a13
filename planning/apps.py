from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "planning"
    label = "planning"
    verbose_name = _("1 Order planning")

    def ready(self) -> None:
        from planning import cards, registrations

        registrations.register()
        cards.register()
