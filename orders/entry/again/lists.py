"""All order templates as a list."""

from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import ListView, Sort
from omc.lib.registry import registry
from orders.entry.again.forms import filter_form
from orders.entry.again.selectors import template_list

TEMPLATES = ListView(
    key="templates",
    name=_("Order templates"),
    unit=_("templates"),
    one=_("template"),
    permission="orders.view_order",
    url="entry:templates",
    subject="template",
    rows=template_list,
    form=filter_form,
    columns=(
        lists.link("name", _("Template"), "entry:template"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.quantity("lines", _("Lines"), "line_count"),
        lists.text("kept_by", _("Kept by"), "kept_by"),
        lists.moment("kept", _("Kept"), "kept_at"),
    ),
    sorts={"newest": Sort(_("Newest first"), ("-id",), "kept"), "oldest": Sort(_("Oldest first"), ("id",), "kept")},
)


def register() -> None:
    registry.lists.add(TEMPLATES.key, TEMPLATES)
