from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntryConfig(AppConfig):
    name = "orders.entry"
    label = "orders_entry"
    verbose_name = _("4 Order entry")

    def ready(self) -> None:
        from orders.entry import cards, registrations
        from orders.entry.again import registrations as again
        from orders.entry.calls import registrations as calls
        from orders.entry.changes import registrations as changes
        from orders.entry.companions import registrations as companions
        from orders.entry.imports import registrations as imports
        from orders.entry.inbox import registrations as inbox
        from orders.entry.releases import registrations as releases

        registrations.register()
        imports.register()
        inbox.register()
        calls.register()
        again.register()
        companions.register()
        changes.register()
        releases.register()
        cards.register()
