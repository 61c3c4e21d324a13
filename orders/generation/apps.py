from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GenerationConfig(AppConfig):
    name = "orders.generation"
    label = "orders_generation"
    verbose_name = _("2 Order generation")

    def ready(self) -> None:
        from orders.generation import cards, registrations

        registrations.register()
        cards.register()
