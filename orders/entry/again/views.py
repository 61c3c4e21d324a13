"""What to order again: the panel beside the grid, and the pages of templates."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list
from orders.entry.again import selectors, services
from orders.entry.again.forms import KeepForm, TemplateForm
from orders.entry.again.models import OrderTemplate

SHEET = "orders/entry/again/sheet.html"


@require_GET
@allow("orders.view_order")
def bought(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Items that the customer bought before, to take over; ``q`` narrows them."""
    text = request.GET.get("q", "")[:60]
    customer = selectors.customer_of(request.actor, customer_id)
    context = {
        "customer": customer,
        "bought": selectors.bought_before(request.actor, customer.pk, text),
        "text": text,
        "may_see_price": request.actor.can("orders.view_price"),
    }
    return render(request, f"{SHEET}#bought", context)


@require_GET
@allow("orders.view_order")
def of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The customer's templates, to open one or keep another."""
    return _templates(request, selectors.customer_of(request.actor, customer_id).pk, KeepForm())


@require_GET
@allow("orders.view_order")
def lines(request: HttpRequest, template_id: int) -> HttpResponse:
    """The lines of a template, to take over."""
    template = selectors.template_of(request.actor, template_id)
    asked = request.GET.get("customer", "")
    customer_id = int(asked) if asked.isdecimal() and len(asked) < 19 else template.customer_id
    kept = selectors.template_lines(template)
    context = {
        "template": template,
        "lines": [(line, selectors.has_place(line, customer_id)) for line in kept],
    }
    return render(request, f"{SHEET}#lines", context)


@require_POST
@allow(services.KEEP)
def keep(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Keep the draft's saved lines as a template; a name that is taken is asked about."""
    customer = selectors.customer_of(request.actor, customer_id)
    form = KeepForm(request.POST)
    kept = screens.attempt(form, lambda **data: services.keep_template(actor=request.actor, **data))
    if kept is None:
        return _templates(request, customer.pk, form, status=422)
    return _templates(request, customer.pk, KeepForm(), kept=kept)


def _templates(
    request: HttpRequest, customer_id: int, form: KeepForm, *, kept: OrderTemplate | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "templates": selectors.templates_of(request.actor, customer_id),
        "form": form,
        "kept": kept,
        "customer_id": customer_id,
        "may_keep": request.actor.can(services.KEEP),
    }
    return render(request, f"{SHEET}#templates", context, status=status)


@require_GET
@allow("orders.view_order")
def templates(request: HttpRequest) -> HttpResponse:
    """All templates of the company."""
    empty = {"hint": _("In the entry grid, Alt+T keeps a draft's lines under a name.")}
    return show_list(request, "templates", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One template; whoever may keep templates changes its name and quantities."""
    found = selectors.template_of(request.actor, template_id)
    kept = selectors.template_lines(found)
    form = TemplateForm(request.POST or None, lines=kept, initial={"name": found.name})

    def change(**data: Any) -> OrderTemplate:
        version = request.POST.get("version", "")
        quantities: dict[int, Decimal] = {
            line.position: data[f"quantity-{line.position}"]
            for line in kept
            if data.get(f"quantity-{line.position}") is not None
        }
        return services.change_template(
            template_id=template_id,
            name=data["name"],
            quantities=quantities,
            version=int(version) if version.isdigit() else None,
            actor=request.actor,
        )

    if request.method == "POST" and screens.attempt(form, change) is not None:
        messages.success(request, _("The template is saved."))
        return redirect("entry:template", template_id)
    context = {
        "template": found,
        "form": form,
        "lines": [
            (
                line,
                form[f"quantity-{line.position}"] if line.kind != "text" else None,
                selectors.has_place(line, found.customer_id),
            )
            for line in kept
        ],
        "may_keep": request.actor.can(services.KEEP),
        "may_order": request.actor.can("entry.write_order") and found.customer.is_active,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/entry/again/template.html", context, status=status)


@require_POST
@allow("entry.write_order")
def order(request: HttpRequest, template_id: int) -> HttpResponse:
    """Begin a draft from the template and open it."""
    try:
        made = services.order_from_template(template_id=template_id, actor=request.actor)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("entry:template", args=[template_id]))
    if made.left_out:
        text = _("No longer sold, and left out: %(items)s.") % {"items": ", ".join(made.left_out)}
        messages.warning(request, text)
    if made.without_place:
        text = _("Their own address is not in use any more, so they go where the order goes: %(items)s.")
        messages.warning(request, text % {"items": ", ".join(made.without_place)})
    return redirect("entry:edit", made.order.pk)


@require_POST
@allow(services.KEEP)
def drop(request: HttpRequest, template_id: int) -> HttpResponse:
    """Forget the template."""

    def run() -> None:
        name = services.drop_template(template_id=template_id, actor=request.actor)
        messages.success(request, _("The template “%(name)s” is dropped.") % {"name": name})

    return screens.perform(request, run, back_to=reverse("entry:templates"))
