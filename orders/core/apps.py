from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "orders.core"
    label = "orders"
    verbose_name = _("Shared order model")

    def ready(self) -> None:
        from omc.lib.registry import Command, registry
        from orders.core import cards, events, reference, registrations  # noqa: F401  declares the event types
        from orders.core.house import registrations as house
        from orders.core.master import registrations as master

        registrations.register()
        house.register()
        master.register()
        registry.offer(
            Command(_("Open duties"), "core:duties", "list-checks", _("queue what waits")),
            Command(_("Holds"), "core:holds", "circle-pause", _("blocked credit")),
            Command(_("Items"), "core:products", "boxes", _("products SKU")),
            Command(_("Sent messages"), "core:sent", "mail", _("e-mail documents")),
            Command(_("Words of messages"), "core:message-kinds", "mail", _("templates e-mail text wording")),
            Command(_("Jobs"), "core:jobs", "cog", _("long runs import")),
            Command(_("Rules"), "core:rules", "scale", _("checks limits")),
            Command(_("Settings"), "core:settings", "settings", _("company options")),
            Command(_("Outbox"), "core:outbox", "inbox", _("parked deliveries")),
        )
        registry.reference.add("hold types", reference.load_hold_types)
        cards.register()
