"""What master data adds to the lists, searches and homes."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, FirstStep, HomeSection, registry
from orders.core.master import files, lists
from orders.core.master.kinds import CUSTOMER, HOUSE, ITEM
from orders.core.master.selectors import first_steps
from orders.core.models import Address, Product, Warehouse
from orders.core.services.parties import suppliers_found, warehouses_found


def register() -> None:
    """Called once, when Django is ready."""
    for declared in (lists.SUPPLIERS, lists.WAREHOUSES, lists.DEPARTMENTS, lists.CALENDARS, lists.TERMS):
        registry.lists.add(declared.key, declared)
    files.register(_("Customers or items from a file"))
    registry.search.add("supplier", suppliers_found)
    registry.search.add("warehouse", warehouses_found)
    registry.offer(
        Command(_("New customer"), "core:new-customer", "building-2", _("enter buyer account"), starts=True),
        Command(_("New item"), "core:new-product", "package-plus", _("enter product SKU"), starts=True),
        Command(_("New supplier"), "core:new-supplier", "factory", _("enter vendor"), starts=True),
        Command(_("Suppliers"), "core:suppliers", "factory", _("vendors purchase lead time")),
        Command(_("Warehouses"), "core:warehouses", "warehouse", _("places stock")),
        Command(_("Departments"), "core:departments", "network", _("teams queues stages lead")),
        Command(_("Working times"), "core:calendars", "calendar", _("calendars holidays closed days opening hours")),
        Command(_("Payment terms"), "core:all-terms", "calendar-clock", _("net days discount prepaid")),
    )
    registry.home_sections.add(
        "first-steps",
        HomeSection(
            "first-steps", "orders.manage_settings", "orders/core/master/first_steps.html", first_steps, order=5
        ),
    )
    for key, step in (
        (
            "warehouse",
            FirstStep(
                _("Enter the warehouse"),
                _("Where goods lie and leave from; the first one is the default."),
                "core:new-warehouse",
                HOUSE,
                lambda company_id: Warehouse.objects.filter(company_id=company_id, is_active=True).exists(),
                10,
            ),
        ),
        (
            "items",
            FirstStep(
                _("Enter an item, or bring them from a file"),
                _("What you sell: its number, unit and list price."),
                "core:new-product",
                ITEM,
                lambda company_id: Product.objects.filter(company_id=company_id, is_active=True).exists(),
                20,
            ),
        ),
        (
            "customer",
            FirstStep(
                _("Enter a customer with an address"),
                _("Who buys, and where it is shipped to."),
                "core:new-customer",
                CUSTOMER,
                lambda company_id: Address.objects.filter(
                    customer__company_id=company_id, customer__is_active=True, is_active=True
                ).exists(),
                30,
            ),
        ),
    ):
        registry.first_steps.add(key, step)
