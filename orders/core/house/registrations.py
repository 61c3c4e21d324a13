"""What the company's own data and its people add to the lists, the palette and the first steps."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, FirstStep, registry
from orders.core.house.lists import KEYS, MEMBERS
from orders.core.models import Company


def register() -> None:
    """Called once, when Django is ready."""
    for declared in (MEMBERS, KEYS):
        registry.lists.add(declared.key, declared)
    registry.offer(
        Command(_("Our company"), "core:company", "building-2", _("own address tax bank account letterhead")),
        Command(_("People"), "core:members", "users", _("users members roles rights passwords staff")),
        Command(_("Keys for programs"), "core:keys", "key-round", _("API tokens REST access")),
        Command(_("New person"), "core:new-member", "user-plus", _("new user member login colleague"), starts=True),
    )
    registry.first_steps.add(
        "company",
        FirstStep(
            _("Say where your company is"),
            _("Address, tax number and bank: invoices and quotes say them."),
            "core:company",
            "orders.manage_settings",
            lambda company_id: Company.objects.filter(pk=company_id).exclude(city="").exists(),
            5,
        ),
    )
