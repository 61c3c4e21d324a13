"""The lists of suppliers, warehouses and payment terms."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from omc.lib import clock, lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from orders.core.lists.forms import CompanyFilterForm, choice, search
from orders.core.master.calendars import weekdays_said
from orders.core.master.countries import name_of
from orders.core.master.departments import names_of
from orders.core.models import Calendar, Company, Department, Duty, Membership, PaymentTerms, Supplier, Warehouse

_SORTS = {
    "name": Sort(_("By name"), ("name", "id"), "name"),
    "code": Sort(_("By code"), ("code", "id"), "code"),
}


class UseFilterForm(CompanyFilterForm):
    text = search(_("Code or name"))
    show = choice(_("Show"), [("inactive", _("Out of use only")), ("all", _("All"))], _("In use"))


class NameFilterForm(CompanyFilterForm):
    text: forms.CharField = search(_("Code or name"))


def _found(rows: QuerySet[Any], filters: Mapping[str, Any]) -> QuerySet[Any]:
    text = str(filters.get("text") or "").strip()
    if text:
        rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))
    show = str(filters.get("show") or "")
    if not hasattr(rows.model, "is_active") or show == "all" or (text and not show):
        return rows
    return rows.filter(is_active=show != "inactive")


def _suppliers(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Supplier]:
    return _found(Supplier.objects.filter(company_id=actor.company_id).annotate(sells=Count("items")), filters)


def _warehouses(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Warehouse]:
    return _found(Warehouse.objects.filter(company_id=actor.company_id).select_related("calendar"), filters)


def _departments(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Department]:
    people = (
        Membership.objects.filter(department=OuterRef("pk")).order_by().values("department").annotate(n=Count("pk"))
    )
    duties = Duty.objects.filter(queue=OuterRef("pk"), closed_at__isnull=True).order_by().values("queue")
    rows = Department.objects.filter(company_id=actor.company_id).select_related("lead")
    return _found(
        rows.annotate(
            people=Coalesce(Subquery(people.values("n")), 0),
            open_work=Coalesce(Subquery(duties.annotate(n=Count("pk")).values("n")), 0),
        ),
        filters,
    )


def _calendars(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Calendar]:
    def using(model: Any, **in_use: bool) -> Any:
        rows = model.objects.filter(calendar=OuterRef("pk"), **in_use).order_by().values("calendar")
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    rows = Calendar.objects.filter(company_id=actor.company_id).annotate(
        companies=using(Company),
        departments=using(Department, is_active=True),
        warehouses=using(Warehouse, is_active=True),
    )
    return _found(rows, filters)


def _closed(row: Calendar) -> int:
    today = clock.today(row.time_zone)
    return sum(day >= today for day in row.holidays)


def _terms(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PaymentTerms]:
    return _found(PaymentTerms.objects.filter(company_id=actor.company_id), filters)


def _use(row: Any) -> str:
    return "" if row.is_active else str(_("out of use"))


def _default(row: Warehouse) -> str:
    return _use(row) or (str(_("default")) if row.is_default else "")


SUPPLIERS = ListView(
    key="suppliers",
    name=_("Suppliers"),
    unit=_("suppliers"),
    one=_("supplier"),
    permission="orders.view_order",
    url="core:suppliers",
    rows=_suppliers,
    form=UseFilterForm,
    columns=(
        lists.link("name", _("Supplier"), "core:supplier", "name", sub=_use, css="clip"),
        lists.text("code", _("Code"), "code"),
        lists.text("email", _("E-mail"), "email"),
        lists.text("currency", _("Currency"), "currency"),
        lists.quantity("lead_time", _("Lead time"), "lead_time_days", _("days")),
        lists.percent("on_time", _("On time"), "on_time_percent", missing=_("nothing received")),
        lists.quantity("sells", _("Items"), "sells"),
    ),
    sorts=_SORTS,
)
WAREHOUSES = ListView(
    key="warehouses",
    name=_("Warehouses"),
    unit=_("warehouses"),
    one=_("warehouse"),
    permission="orders.view_order",
    url="core:warehouses",
    rows=_warehouses,
    form=UseFilterForm,
    columns=(
        lists.link("name", _("Warehouse"), "core:warehouse", "name", sub=_default, css="clip"),
        lists.text("code", _("Code"), "code"),
        lists.text("city", _("City"), "city"),
        lists.text("country", _("Country"), lambda row: name_of(row.country)),
        lists.text("calendar", _("Working time"), "calendar"),
        lists.text("cut_off", _("Same day until"), lambda row: f"{row.cut_off:%H:%M}"),
    ),
    sorts=_SORTS,
)
DEPARTMENTS = ListView(
    key="departments",
    name=_("Departments"),
    unit=_("departments"),
    one=_("department"),
    permission="orders.view_order",
    url="core:departments",
    rows=_departments,
    form=UseFilterForm,
    columns=(
        lists.link("name", _("Department"), "core:department", "name", sub=_use, css="clip"),
        lists.text("code", _("Code"), "code"),
        lists.text("lead", _("Lead"), "lead", missing=_("nobody")),
        lists.text("stages", _("Stages"), lambda row: ", ".join(names_of(row.stages)) or None, css="wrap"),
        lists.quantity("members", _("People"), "people"),
        lists.quantity("duties", _("Open duties"), "open_work"),
    ),
    sorts=_SORTS,
)
CALENDARS = ListView(
    key="calendars",
    name=_("Working times"),
    unit=_("working times"),
    one=_("working time"),
    permission="orders.view_order",
    url="core:calendars",
    rows=_calendars,
    form=NameFilterForm,
    columns=(
        lists.link(
            "name", _("Working time"), "core:calendar", "name",
            sub=lambda row: str(_("the company's")) if row.companies else "", css="clip",
        ),
        lists.text("code", _("Code"), "code"),
        lists.text("weekdays", _("Days of the week"), lambda row: weekdays_said(row.weekdays), css="wrap"),
        lists.text("hours", _("From, to"), lambda row: f"{row.opens:%H:%M}–{row.closes:%H:%M}"),
        lists.text("time_zone", _("Time zone"), "time_zone"),
        lists.quantity("closed", _("Closed days to come"), _closed, _("days")),
        lists.quantity("departments", _("Departments"), "departments"),
        lists.quantity("warehouses", _("Warehouses"), "warehouses"),
    ),
    sorts=_SORTS,
)  # fmt: skip
TERMS = ListView(
    key="terms",
    name=_("Payment terms"),
    unit=_("payment terms"),
    permission="orders.view_order",
    url="core:all-terms",
    rows=_terms,
    form=NameFilterForm,
    columns=(
        lists.link("name", _("Payment terms"), "core:terms", "name"),
        lists.text("code", _("Code"), "code"),
        lists.quantity("net", _("Due after"), "net_days", _("days")),
        lists.percent("discount", _("Discount"), "discount_percent"),
        lists.quantity("within", _("Discount within"), "discount_days", _("days")),
    ),
    sorts=_SORTS,
)
