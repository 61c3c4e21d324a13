"""Screens of counts."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list
from planning.counts import selectors
from planning.counts.models import CountState
from planning.counts.services import MAY, record_count


class CountForm(forms.Form):
    counted = forms.DecimalField(
        label=_("How many lie there?"),
        max_digits=18,
        decimal_places=6,
        min_value=0,
        help_text=_("In the item's stock unit. What was picked already is not counted."),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )


@require_GET
@allow("planning.view_stock")
def counts(request: HttpRequest) -> HttpResponse:
    """What is to be counted, and what was."""
    empty = {"hint": _now("When a picker finds less than the books say, the place is to be counted.")}
    return show_list(request, "counts", "planning/counts/counts.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("planning.view_stock")
def count(request: HttpRequest, count_id: int) -> HttpResponse:
    """One count: what lies there? The books' number is not shown before, so that it is counted and not confirmed."""
    found = selectors.count_of(request.actor, count_id)
    form = CountForm(request.POST or None)
    if request.method == "POST":
        done = screens.attempt(form, partial(record_count, count_id=count_id, actor=request.actor))
        if done is not None:
            messages.success(request, _now("Counted. The books say what lies there."))
            return redirect("planning:count", count_id)
    may = found.state == CountState.TO_COUNT and request.actor.can(MAY)
    context = {"count": found, "form": form, "may_count": may}
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/counts/count.html", context, status=status)
