"""All calls as a list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import ListView, Sort
from omc.lib.registry import registry
from orders.entry.calls.forms import filter_form
from orders.entry.calls.selectors.calls import call_list


def _about(row: Any) -> str:
    return str(row.notes).partition("\n")[0][:160]


CALLS = ListView(
    key="calls",
    name=_("Calls"),
    unit=_("calls"),
    one=_("call"),
    permission="orders.take_call",
    url="entry:call-list",
    subject="call",
    rows=call_list,
    form=filter_form,
    columns=(
        lists.link("call", _("Call"), "entry:call", sub=_about, css="clip"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("state", _("State"), "get_state_display", css="fit"),
        lists.text("outcome", _("Ended with"), "get_outcome_display", missing=_("not ended")),
        lists.text("taken_by", _("Taken by"), "taken_by"),
        lists.moment("started", _("Started"), "started_at"),
        lists.moment("parked", _("Parked"), "parked_at", missing=_("not parked")),
        lists.moment("ended", _("Ended"), "ended_at", missing=_("not ended"), shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-id",), "started"),
        "oldest": Sort(_("Oldest first"), ("id",), "started"),
    },
)


def register() -> None:
    registry.lists.add(CALLS.key, CALLS)
