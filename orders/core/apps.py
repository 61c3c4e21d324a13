from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "orders.core"
    label = "orders"
    verbose_name = _("Shared order model")

    def ready(self) -> None:
        from omc.lib.registry import registry
        from orders.core import events, reference  # noqa: F401  declares the event types

        registry.pages.add("order", "core:order")
        registry.reference.add("hold types", reference.load_hold_types)
