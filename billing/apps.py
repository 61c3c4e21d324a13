from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"
    verbose_name = _("8 Billing")

    def ready(self) -> None:
        from billing import cards, registrations

        registrations.register()
        cards.register()
