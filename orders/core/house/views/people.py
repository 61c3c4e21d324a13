"""Screens of the company's own data and of who works in it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from omc.accounts.roles import ROLE_NAMES
from omc.lib.errors import NotFound
from orders.core import screens
from orders.core.access import allow
from orders.core.house import forms, services
from orders.core.house.lists import roles_of
from orders.core.master.forms import attempt
from orders.core.models import Change, Duty, Membership
from orders.core.views.lists import show_list


@require_GET
@allow("orders.manage_members")
def members(request: HttpRequest) -> HttpResponse:
    """Who works here."""
    return show_list(request, "members", "orders/core/house/members.html")


@require_http_methods(["GET", "POST"])
@allow("orders.manage_members")
def new_member(request: HttpRequest) -> HttpResponse:
    """Let somebody in."""
    actor = request.actor
    form = forms.NewMemberForm(request.POST or None, company_id=actor.company_id)
    if request.method == "POST":
        row = attempt(form, lambda data: services.enter_member(**form.values(), actor=actor))
        if row is not None:
            messages.success(
                request, _("%(who)s may log in as %(name)s.") % {"who": row.user, "name": row.user.username}
            )
            return redirect("core:member", row.pk)
    return _form(request, form, _("New person"), "")


@require_http_methods(["GET", "POST"])
@allow("orders.manage_members")
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """What somebody may do here, and where; both are changed here too."""
    row = _member(request, member_id)
    form = forms.MemberForm(request.POST or None, company_id=request.actor.company_id, member=row)
    if request.method == "POST" and None is not attempt(
        form,
        lambda data: services.change_member(member_id=member_id, values=form.values(), actor=request.actor),
    ):
        messages.success(request, _("Saved. What changed holds from the next page on."))
        return redirect("core:member", member_id)
    return _form(request, form, str(row.user), "", row)


@require_http_methods(["GET", "POST"])
@allow("orders.manage_members")
def password(request: HttpRequest, member_id: int) -> HttpResponse:
    """A new password for who forgot it."""
    row = _member(request, member_id)
    form = forms.PasswordForm(request.POST or None)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda password: services.give_password(member_id=member_id, password=password, actor=request.actor)
    ):
        messages.success(request, _("%(who)s has a new password.") % {"who": row.user})
        return redirect("core:member", member_id)
    lede = _("Every session of this person ends.")
    return _form(request, form, _("New password: %(who)s") % {"who": row.user}, lede, row)


@require_http_methods(["GET", "POST"])
@allow("orders.manage_members")
def let_go(request: HttpRequest, member_id: int) -> HttpResponse:
    """Somebody works here no more."""
    row = _member(request, member_id)
    form = forms.LetGoForm(request.POST if request.method == "POST" else None, member=row)
    if request.method == "POST":
        who = str(row.user)

        def run(heir: Membership | None) -> bool:
            services.let_go(member_id=member_id, heir_id=heir.pk if heir else None, actor=request.actor)
            return True

        if screens.attempt(form, run):
            messages.success(request, _("%(who)s works here no more. What was done keeps the name.") % {"who": who})
            return redirect("core:members")
    open_work = Duty.objects.filter(company_id=row.company_id, owner_id=row.user_id, closed_at__isnull=True).count()
    lede = _("Open duties of this person: %(n)s. Nobody can log in with this name until it is entered again.")
    return _form(request, form, _("Let go: %(who)s") % {"who": row.user}, lede % {"n": open_work}, row)


@require_http_methods(["GET", "POST"])
@allow("orders.manage_settings")
def company(request: HttpRequest) -> HttpResponse:
    """What documents say of the company."""
    form = forms.CompanyForm(request.POST or None, instance=request.company)
    if request.method == "POST" and None is not attempt(
        form, lambda data: services.change_company(values=data, actor=request.actor)
    ):
        messages.success(request, _("Saved. The next document says it so."))
        return redirect("core:company")
    request.company.refresh_from_db()  # the form put what was typed on it
    return _form(request, form, _("Our company"), _("Invoices, quotes and letters say it so."))


def _member(request: HttpRequest, member_id: int) -> Membership:
    rows = Membership.objects.select_related("user", "department")
    row = rows.filter(pk=member_id, company_id=request.actor.company_id).first()
    if row is None:
        raise NotFound(f"Nobody here has the number {member_id}.")
    return row


def _form(request: HttpRequest, form: Any, title: str, lede: str, row: Membership | None = None) -> HttpResponse:
    kind = request.resolver_match.url_name if request.resolver_match else ""
    told = Change.objects.filter(company_id=request.actor.company_id, table="membership", row_id=row.pk if row else 0)
    context = {
        "form": form,
        "title": title,
        "lede": lede,
        "row": row,
        "kind": kind,
        "roles": roles_of(row) if row else "",
        "told": [_told(change) for change in told.select_related("user").order_by("-id")[:20]]
        if kind == "member"
        else (),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/core/house/form.html", context, status=status)


def _told(change: Change) -> dict[str, Any]:
    """A kept change of somebody in words."""
    labels = {"full_name": _("Name"), "email": _("E-mail"), "roles": _("Roles"), "department": _("Department")}
    said = {
        labels[name]: ", ".join(ROLE_NAMES.get(role, role) for role in value) if name == "roles" else value or _("none")
        for name, value in change.after.items()
        if name in labels and (value or change.before)
    }
    if "password" in change.after:
        said[_("Password")] = _("new")
    return {"what": _("changed") if change.before else _("let in"), "fields": said.items(), "change": change}
