"""Screens of how a customer or an order is billed."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.methods import services
from billing.methods.forms import BillingRuleForm, initial_of
from billing.methods.selectors import Billing, billing_of_customer, billing_of_order, spoken
from billing.models import BillingRule
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Customer, Order


@allow("billing.post_invoice")
def customer_billing(request: HttpRequest, customer_id: int) -> HttpResponse:
    """How a customer is billed."""
    customer = Customer.objects.filter(pk=customer_id, company_id=request.actor.company_id).first()
    if customer is None:
        raise Http404
    return _page(
        request,
        customer,
        BillingRule.objects.filter(customer=customer).first(),
        billing_of_customer(customer),
        usual=_("As the house does"),
        back=reverse("core:customer", args=[customer.pk]),
        run=lambda **values: services.set_customer_billing(customer_id=customer.pk, values=values, actor=request.actor),
    )


@allow("billing.post_invoice")
def order_billing(request: HttpRequest, order_id: int) -> HttpResponse:
    """How one order is billed."""
    order = Order.objects.filter(pk=order_id, company_id=request.actor.company_id).first()
    if order is None:
        raise Http404
    return _page(
        request,
        order,
        BillingRule.objects.filter(order=order).first(),
        billing_of_order(order),
        usual=_("As with the customer"),
        back=reverse("core:order", args=[order.pk]),
        run=lambda **values: services.set_order_billing(order_id=order.pk, values=values, actor=request.actor),
    )


def _page(
    request: HttpRequest,
    owner: Customer | Order,
    rule: BillingRule | None,
    in_force: Billing,
    *,
    usual: str,
    back: str,
    run: Callable[..., Any],
) -> HttpResponse:
    form = BillingRuleForm(request.POST or None, initial=initial_of(rule), usual=usual)
    if request.method == "POST" and screens.attempt(form, run) is not None:
        return redirect(back)
    status = 422 if request.method == "POST" else 200
    context = {"owner": owner, "form": form, "in_force": spoken(in_force), "back": back}
    return render(request, "billing/methods/billing.html", context, status=status)
