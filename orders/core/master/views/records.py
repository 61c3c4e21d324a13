"""Screens of master data: enter a record, change it, add and take away its parts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from orders.core import screens
from orders.core.access import View, allow
from orders.core.master import services
from orders.core.master.calendars import closed_days, users_of
from orders.core.master.columns import LISTS
from orders.core.master.departments import hand_over_department, members_of, owned
from orders.core.master.forms import HandOverForm, MasterForm, attempt
from orders.core.master.kinds import KINDS, Kind
from orders.core.master.selectors import (
    history_of,
    label_of,
    parts_of,
    record_of,
    shown_value,
    still_needed,
    version_of,
)
from orders.core.models import Category
from orders.core.views.lists import show_list

HOUSE = ("department", "warehouse", "calendar")  # their lists stand beside the company's other data


def new_record(kind: str) -> View:
    """The page where one enters a record of this kind."""
    declared = KINDS[kind]

    @require_http_methods(["GET", "POST"])
    @allow(declared.right)
    def view(request: HttpRequest) -> HttpResponse:
        actor = request.actor
        names = [name for name in declared.writable(actor) if name != "is_active"]
        form = MasterForm(
            request.POST or None, of=declared, names=names, actor=actor, initial=_start(declared, request)
        )
        if request.method == "POST":
            row = attempt(form, lambda data: services.enter_record(kind=kind, values=data, actor=actor))
            if row is not None:
                messages.success(request, _("%(row)s is entered.") % {"row": row})
                return redirect(declared.page, row.pk)
        return _form(request, declared, form, None)

    return view


def edit_record(kind: str) -> View:
    """The page where one changes a record; only the fields of one's role."""
    declared = KINDS[kind]

    @require_http_methods(["GET", "POST"])
    @allow("orders.view_order")
    def view(request: HttpRequest, record_id: int) -> HttpResponse:
        actor = request.actor
        row = _record(kind, record_id, actor)
        names = declared.writable(actor)
        if not names:
            require(actor, declared.right)
        form = MasterForm(request.POST or None, of=declared, names=names, actor=actor, row=row)
        if request.method == "POST" and None is not attempt(
            form,
            lambda data: services.change_record(
                kind=kind, record_id=record_id, values=data, actor=actor, version=_version(request)
            ),
        ):
            return redirect(declared.page, record_id)
        return _form(request, declared, form, row)

    return view


def _start(kind: Kind, request: HttpRequest) -> dict[str, Any]:
    """What a new record has unless one says something else."""
    company = request.company
    columns = {name: kind.model._meta.get_field(name) for name in kind.fields}
    usual = {name: column.get_default() for name, column in columns.items() if column.has_default()}  # type: ignore[union-attr]
    usual |= {"currency": company.currency, "country": company.country, "calendar": company.calendar_id}
    return usual | ({"time_zone": company.time_zone, "weekdays": [1, 2, 3, 4, 5]} if kind.key == "calendar" else {})


def _record(kind: str, record_id: int, actor: Actor) -> Any:
    row = record_of(kind, record_id, actor)
    if row is None:
        raise NotFound(f"There is no {str(KINDS[kind].name).lower()} {record_id}.")
    return row


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdigit() else None


def _form(request: HttpRequest, kind: Kind, form: MasterForm, row: Any) -> HttpResponse:
    categories = Category.objects.filter(company_id=request.actor.company_id).order_by("name")
    context = {
        "kind": kind,
        "form": form,
        "row": row,
        "new_label": new_label(kind.key),
        "list_url": reverse(kind.pages),
        "back": reverse(kind.page, args=[row.pk]) if row else "",
        # What was seen stays what was seen: after somebody else's change, saving once more is refused once more.
        "version": request.POST.get("version") or (version_of(row) if row else ""),
        "categories": categories.values_list("name", flat=True) if "category" in form.fields else (),
    }
    return render(request, "orders/core/master/form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def part(request: HttpRequest, kind: str, record_id: int, part: str, part_id: int | None = None) -> HttpResponse:
    """Add or change a part of a record."""
    actor = request.actor
    declared = KINDS.get(kind)
    belongs = declared.part(part) if declared else None
    if declared is None or belongs is None:
        raise NotFound(f"A {kind} has no {part}.")
    require(actor, belongs.right)
    owner = _record(kind, record_id, actor)
    row = None
    if part_id is not None:
        row = belongs.model._default_manager.filter(pk=part_id, **{belongs.owner: owner}).first()
        if row is None:
            raise NotFound(f"There is no {belongs.name} {part_id} here.")
    names = [name for name in belongs.fields if row is not None or name != "is_active"]
    start = {"name": str(owner) if part == "addresses" else "", "country": request.company.country, "use": "both"}
    start |= {"order_multiple": 1, "minimum_quantity": 1}
    form = MasterForm(request.POST or None, of=belongs, names=names, actor=actor, row=row, initial=start)
    if request.method == "POST" and None is not attempt(
        form,
        lambda data: services.put_part(
            kind=kind, record_id=record_id, part=part, part_id=part_id, values=data, actor=actor,
            version=_version(request),
        ),
    ):  # fmt: skip
        return redirect(declared.page, record_id)
    context = {
        "kind": declared,
        "part": belongs,
        "form": form,
        "row": row,
        "owner": owner,
        "back": reverse(declared.page, args=[record_id]),
        "version": request.POST.get("version") or version_of(owner),
    }
    return render(request, "orders/core/master/part.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@allow("orders.view_order")
def remove_part(request: HttpRequest, kind: str, record_id: int, part: str, part_id: int) -> HttpResponse:
    """Take a part away, or put it out of use."""
    declared = KINDS.get(kind)
    if declared is None:
        raise NotFound(f"There is no master data of the kind {kind}.")
    return screens.perform(
        request,
        lambda: services.remove_part(
            kind=kind, record_id=record_id, part=part, part_id=part_id, actor=request.actor, version=_version(request)
        ),
        back_to=reverse(declared.page, args=[record_id]),
    )


def record_page(kind: str) -> View:
    """The page of a record that has no page of its own: a supplier, a department, working time, payment terms."""
    declared = KINDS[kind]

    @require_GET
    @allow("orders.view_order")
    def view(request: HttpRequest, record_id: int) -> HttpResponse:
        actor = request.actor
        row = _record(kind, record_id, actor)
        shown = [name for name in declared.fields if name not in ("code", "name", "is_active", "holidays")]
        context: dict[str, Any] = {
            "kind": declared,
            "row": row,
            "pairs": [(label_of(declared, name), shown_value(row, name)) for name in shown],
            "told": history_of(declared, row, actor),
            "parts": parts_of(declared, row, actor),
            "may_edit": bool(declared.writable(actor)),
            "list_url": reverse(declared.pages),
            "needed": still_needed(row) if hasattr(row, "is_active") and row.is_active else "",
        }
        if kind == "department":
            context |= {"members": members_of(row), "may_hand_over": row.is_active and actor.can(declared.right)}
        if kind == "calendar":
            coming, past = closed_days(row)
            context |= {"users": users_of(row), "coming": coming, "past": past}
        return render(request, "orders/core/master/record.html", context)

    return view


@require_http_methods(["GET", "POST"])
@allow("orders.manage_members")
def hand_over(request: HttpRequest, department_id: int) -> HttpResponse:
    """Give what a department has to another one, and put it out of use."""
    row = _record("department", department_id, request.actor)
    form = HandOverForm(request.POST or None, row=row)
    if request.method == "POST" and None is not screens.attempt(
        form,
        lambda to: hand_over_department(department_id=department_id, to_id=to.pk, actor=request.actor),
    ):
        messages.success(request, _("%(row)s is out of use; what it had is handed over.") % {"row": row})
        return redirect("core:department", department_id)
    context = {"row": row, "form": form, "has": owned(row)}
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/core/master/hand_over.html", context, status=status)


def record_list(kind: str) -> View:
    """The list of the records of a kind."""
    declared = KINDS[kind]

    @require_GET
    @allow("orders.view_order")
    def view(request: HttpRequest) -> HttpResponse:
        actor = request.actor
        key = "terms" if kind == "terms" else f"{kind}s"
        template = "orders/core/house/list.html" if kind in HOUSE else "orders/core/list.html"
        return show_list(
            request, key, template, empty=empty_list(declared, actor), actions=new_buttons(declared, actor)
        )

    return view


def empty_list(kind: Kind, actor: Actor) -> dict[str, Any]:
    """What stands where there is no record yet, with the way to the first for whoever may enter it."""
    if not actor.can(kind.right):
        return {"hint": _("Whoever looks after master data enters the first.")}
    return {
        "hint": _("Enter the first one here."),
        "url": reverse(f"core:new-{kind.key}"),
        "action": new_label(kind.key),
    }


def new_buttons(kind: Kind, actor: Actor) -> list[dict[str, Any]]:
    """The buttons above a list."""
    if not actor.can(kind.right):
        return []
    buttons = [{"url": reverse(f"core:new-{kind.key}"), "action": {"label": new_label(kind.key)}, "primary": True}]
    if kind.key in LISTS:
        buttons.insert(
            0, {"url": reverse("core:new-master-file", args=[kind.key]), "action": {"label": _("From a file")}}
        )
    return buttons


def new_label(kind: str) -> str:
    """What the button says that enters one."""
    return {
        "customer": _("New customer"),
        "product": _("New item"),
        "supplier": _("New supplier"),
        "warehouse": _("New warehouse"),
        "department": _("New department"),
        "calendar": _("New working time"),
        "terms": _("New payment terms"),
    }[kind]
