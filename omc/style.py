"""The style page: every word of the screens once, with made-up contents, for whoever designs or writes a page."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.glossary import TERMS
from omc.lib.templatetags.states import KINDS, STATES
from orders.core.access import allow, allow_anyone

TOKENS = (
    ("canvas", "surface", "sunken", "raised", "line", "field"),
    ("ink", "ink-2", "ink-3", "accent", "accent-bg", "accent-fill"),
    ("ok", "ok-bg", "ok-mark", "wait", "wait-bg", "wait-mark"),
    ("risk", "risk-bg", "risk-mark", "broken", "broken-bg", "broken-mark"),
)
ICONS = ("truck", "package", "receipt", "hourglass", "triangle-alert", "circle-check", "circle-x", "search", "history")


class SampleForm(forms.Form):
    """One field of every sort."""

    customer = forms.CharField(label=_("Customer"), help_text=_("Name, number or part of either."))
    po_number = forms.CharField(label=_("Customer PO"), required=False)
    requested_date = forms.DateField(
        label=_("Requested date"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    quantity = forms.DecimalField(label=_("Quantity"), min_value=Decimal(1))
    ship_rule = forms.ChoiceField(
        label=_("Ship rule"), choices=[("back_order", _("Back order")), ("ship_complete", _("Ship complete"))]
    )
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("phone", _("Telephone")), ("mail", _("E-mail"))], widget=forms.RadioSelect
    )
    urgent = forms.BooleanField(label=_("The customer’s line is down"), required=False)
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)


def _rows() -> list[SimpleNamespace]:
    stories = (
        ("SO-10021", "Nordwind Fittings", "in_fulfillment", "18240.00", "41.5", 3),
        ("SO-10019", "Harbor Pump & Valve", "pending", "962.50", None, 51),
        ("SO-10018", "Ott Maschinenbau", "confirmed", "120400.00", "12.25", 26),
        ("SO-10011", "Lakeside Schools", "delivered", "311.20", "33", 120),
        ("SO-10007", "Meridian Marine", "draft", "-75.00", None, 0),
    )
    now = clock.now()
    return [
        SimpleNamespace(
            number=number,
            customer=customer,
            state=state,
            total=Decimal(total),
            margin=margin and Decimal(margin),
            at=now - timedelta(hours=hours),
            waited=hours * 47,
        )
        for number, customer, state, total, margin, hours in stories
    ]


def _story() -> list[dict]:
    now = clock.now()
    told = (
        (76, _("Order submitted with 10 lines"), "M. Castillo, Customer service", "pencil-line", "", ""),
        (75.6, _("Hold “credit limit” placed"), _("System, credit check"), "circle-pause", "risk", ""),
        (
            21,
            _("Hold “credit limit” lifted: paid in advance"),
            "P. Okafor, Credit",
            "circle-play",
            "ok",
            "customer",
        ),
        (20.8, _("Order confirmed, promised for Friday"), "M. Castillo, Customer service", "circle-check", "ok", ""),
        (4, _("Shipment 1 of 2 packed"), "J. Lind, Warehouse", "package", "", "work"),
    )
    return [
        {
            "at": now - timedelta(hours=hours),
            "sentence": what,
            "by": who,
            "icon": icon,
            "meaning": mean,
            "wait_kind": why,
        }
        for hours, what, who, icon, mean, why in told
    ]


def _charts() -> dict:
    sold = [310, 334, 322, 371, 402, 388, 365, 377, 398, 431, 466, 452]
    planned = [440, 449, 471, 480, 466, 475]
    rest, past = [None] * 6, [None] * 11
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    steps = (
        ("August", "184210.55", "total"),
        ("Volume", "9120.10", "delta"),
        ("Price", "3804.75", "delta"),
        ("Cost", "-6911.40", "delta"),
        ("Mix", "-1250.00", "delta"),
        ("Lost customers", "-4433.20", "delta"),
        ("September", "184540.80", "total"),
    )
    return {
        "labels": [f"{m} 2025" for m in months] + [f"{m} 2026" for m in months[:6]],
        "series": [
            {"name": _("Sold"), "values": [*sold, *rest]},
            {"name": _("Forecast"), "values": [*past, sold[-1], *planned]},
        ],
        "band": {
            "name": _("4 in 5 likely"),
            "low": [*past, 452, 402, 401, 412, 410, 388, 389],
            "high": [*past, 452, 478, 497, 530, 550, 544, 561],
        },
        "steps": [{"label": label, "value": Decimal(value), "kind": kind} for label, value, kind in steps],
        "waits": [
            {"label": _("Entry"), "value": 1320, "meaning": "wait"},
            {"label": _("Scheduling"), "value": 4810, "meaning": "wait"},
            {"label": _("Billing"), "value": 610, "meaning": "wait"},
        ],
        "sold": sold,
    }


@allow("member")
def style(request: HttpRequest) -> HttpResponse:
    """Everything once."""
    form = SampleForm({"customer": "Nordwind Fittings", "quantity": "0", "channel": "phone", "ship_rule": "back_order"})
    context = {
        "form": form,
        "rows": _rows(),
        "story": _story(),
        "now": clock.now(),
        "page": SimpleNamespace(next="next", previous="previous"),
        "states": list(STATES),
        "kinds": list(KINDS),
        "densities": list(User.Density),
        "terms": list(TERMS),
        "tokens": TOKENS,
        "icons": ICONS,
        **_charts(),
    }
    return render(request, "omc/style.html", context)


@allow_anyone("the mark that browsers ask for at the site's root")
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the mark is."""
    return redirect(static("img/mark.svg"), permanent=False)
