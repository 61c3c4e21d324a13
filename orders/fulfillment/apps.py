from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    name = "orders.fulfillment"
    label = "orders_fulfillment"
    verbose_name = _("7 Fulfillment")

    def ready(self) -> None:
        from orders.fulfillment import cards, registrations

        registrations.register()
        cards.register()
