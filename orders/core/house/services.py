"""Let people in, change what they may do, let them go; and keep the company's own data."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from omc.accounts.models import User
from omc.accounts.roles import ROLES
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.master import rules
from orders.core.master.countries import NAMES
from orders.core.master.turns import take_turn
from orders.core.models import Company, Department, Duty, Hold, HoldState, Membership
from orders.core.services.history import change_row, keep_change

MANAGE: Final = "orders.manage_members"
SILENT: Final = "who works here and what the company is keeps its own before/after history"
COMPANY: Final = (
    "name", "street", "postal_code", "city", "country", "tax_id", "bank_name", "bank_account", "email", "phone",
    "time_zone",
)  # fmt: skip


@verb(silent=SILENT)
def enter_member(
    *,
    username: str,
    roles: Iterable[str],
    actor: Actor,
    full_name: str = "",
    password: str = "",
    email: str = "",
    department_id: int | None = None,
) -> Membership:
    """Let a new person in, with a first password to be changed by the person.

    Who left every company comes back under the old user name. Who works in another company of the actor's, where the
    actor is administrator too, works here with the login that there is: its name, e-mail and password stay.

    Raises: InvalidInput with every field that is wrong in ``data["fields"]``
    """
    require(actor, MANAGE)
    take_turn(actor)
    username = username.strip().lower()
    user = User.objects.filter(username__iexact=username).first()
    errors = _wrong(roles, department_id, actor)
    known = user is not None and _works_for_us_elsewhere(user, actor)
    if not username:
        errors["username"] = "Somebody who logs in has a user name."
    elif user is not None and not known and (user.is_service or user.memberships.exists()):
        errors["username"] = "This user name is taken."
    company = Company.objects.get(pk=actor.company_id)
    user = user or User(username=username, time_zone=company.time_zone)
    if not known:
        if not full_name.strip():
            errors["full_name"] = "What is the person called?"
        user.full_name, user.email, user.is_active = full_name.strip(), email.strip(), True
        errors |= _weak(password, user) | _not_clean(user, errors)
        user.set_password(password)
    _refuse(errors)
    user.save()
    found = sorted(set(roles))
    member = Membership.objects.create(
        company=company, user=user, roles=found, department_id=department_id, is_default=not known
    )
    told = {"full_name": user.full_name, "roles": found, "department": _name(department_id)}
    keep_change(member, {}, told, actor=actor)
    return member


@verb(silent=SILENT)
def change_member(*, member_id: int, values: Mapping[str, Any], actor: Actor) -> Membership:
    """Change name, e-mail, roles or department of somebody who works here.

    One administrator always remains; name and e-mail of who works in other companies too are not ours to change.

    Raises: NotFound, InvalidInput
    """
    require(actor, MANAGE)
    take_turn(actor)
    member = _lock(member_id, actor)
    user = member.user
    before = {**_said(member), "full_name": user.full_name, "email": user.email}
    roles = values.get("roles", member.roles)
    department_id = values.get("department_id", member.department_id)
    user.full_name = str(values.get("full_name", user.full_name)).strip()
    user.email = str(values.get("email", user.email)).strip()
    errors = _wrong(roles, department_id, actor)
    if "full_name" in values and not user.full_name:
        errors["full_name"] = "What is the person called?"
    if "admin" in member.roles and "admin" not in roles and not _other_admins(member):
        errors["roles"] = "Nobody else is administrator here. Make somebody else one first."
    theirs = {name for name in ("full_name", "email") if getattr(user, name) != before[name]}
    if theirs and user.memberships.exclude(pk=member.pk).exists():
        errors |= dict.fromkeys(theirs, "This person works in another company too; both have to agree.")
    _refuse(errors | _not_clean(user, errors))
    member.roles, member.department_id = sorted(set(roles)), department_id
    member.save(update_fields=["roles", "department_id"])
    user.save(update_fields=["full_name", "email"])
    after = {**_said(member), "full_name": user.full_name, "email": user.email}
    changed = {name for name, value in after.items() if value != before[name]}
    if changed:
        keep_change(member, _only(before, changed), _only(after, changed), actor=actor)
    return member


@verb(silent=SILENT)
def give_password(*, member_id: int, password: str, actor: Actor) -> Membership:
    """A new password for somebody who forgot theirs; every session of that person ends.

    Raises: NotFound, InvalidInput, also for one's own and for who works in another company too
    """
    require(actor, MANAGE)
    member = _lock(member_id, actor)
    if member.user_id == actor.user_id:
        raise InvalidInput("Change your own under your account.", field="password")
    if member.user.memberships.exclude(pk=member.pk).exists():
        raise InvalidInput("This person works in another company too, and changes it alone.", field="password")
    _refuse(_weak(password, member.user))
    member.user.set_password(password)
    member.user.save(update_fields=["password"])
    keep_change(member, {"password": ""}, {"password": "new"}, actor=actor)
    return member


@verb(silent=SILENT)
def let_go(*, member_id: int, actor: Actor, heir_id: int | None = None) -> None:
    """Let somebody work here no more; open duties and holds go to a colleague, or back to whoever takes them.

    Raises: NotFound, InvalidInput for oneself, the last administrator, or an heir who does not work here
    """
    require(actor, MANAGE)
    take_turn(actor)
    member = _lock(member_id, actor)
    user = member.user
    if member.user_id == actor.user_id:
        raise InvalidInput("Another administrator has to let you go.")
    if "admin" in member.roles and not _other_admins(member):
        raise InvalidInput("Nobody else is administrator here.")
    heir = Membership.objects.filter(company_id=actor.company_id, pk=heir_id or 0).exclude(pk=member.pk).first()
    if heir_id is not None and heir is None:
        raise InvalidInput("Choose somebody who works here.", field="heir")
    owner_id = heir.user_id if heir else None
    mine = {"company_id": actor.company_id, "owner_id": user.pk}
    Duty.objects.filter(**mine, closed_at__isnull=True).update(owner_id=owner_id)
    Hold.objects.filter(**mine).exclude(status=HoldState.RESOLVED).update(owner_id=owner_id)
    Department.objects.filter(company_id=actor.company_id, lead=user).update(lead=None)
    keep_change(member, {**_said(member), "full_name": user.full_name}, {"works_here": False}, actor=actor)
    member.delete()
    if not user.memberships.exists():
        user.is_active = False
        user.save(update_fields=["is_active"])


@verb(silent=SILENT)
def change_company(*, values: Mapping[str, Any], actor: Actor) -> Company:
    """Keep the company's own address, tax number, bank and so on: what its documents say.

    Raises: InvalidInput
    """
    require(actor, "orders.manage_settings")
    company = Company.objects.select_for_update().get(pk=actor.company_id)
    given: dict[str, Any] = {name: str(value).strip() for name, value in values.items() if name in COMPANY}
    if "calendar" in values:
        given["calendar"] = values["calendar"]
    errors = {}
    if not given.get("name", company.name):
        errors["name"] = "What is the company called?"
    if given.get("country", company.country) not in NAMES:
        errors["country"] = "There is no country with this code."
    if given.get("time_zone", company.time_zone) not in available_timezones():
        errors["time_zone"] = "There is no time zone of this name."
    if said := rules.wrong_tax_id(given.get("tax_id", "")):
        errors["tax_id"] = said
    calendar = given.get("calendar", company.calendar)
    if calendar is None or calendar.company_id != company.pk:
        errors["calendar"] = "Choose one of the company's working times."
    _refuse(errors)
    try:
        change_row(company, given, actor=actor)
    except ValidationError as wrong:
        _refuse({name: " ".join(words) for name, words in wrong.message_dict.items()})
    return company


def _lock(member_id: int, actor: Actor) -> Membership:
    rows = Membership.objects.select_for_update(of=("self", "user")).select_related("user")
    member = rows.filter(pk=member_id, company_id=actor.company_id).first()
    if member is None:
        raise NotFound(f"Nobody here has the number {member_id}.")
    return member


def _works_for_us_elsewhere(user: User, actor: Actor) -> bool:
    """Whether it is a person of another company that the actor is administrator of, and does not work here yet."""
    companies = set(user.memberships.values_list("company_id", flat=True))
    ours = Membership.objects.filter(user_id=actor.user_id or 0, company__in=companies, roles__contains=["admin"])
    return not user.is_service and actor.company_id not in companies and ours.exists()


def _other_admins(member: Membership) -> bool:
    others = Membership.objects.filter(company_id=member.company_id, roles__contains=["admin"], user__is_active=True)
    return bool(others.exclude(pk=member.pk).exists())


def _wrong(roles: Iterable[str], department_id: int | None, actor: Actor) -> dict[str, str]:
    errors = {}
    wanted = set(roles)
    if not wanted:
        errors["roles"] = "Choose at least one role."
    elif unknown := wanted - set(ROLES):
        errors["roles"] = f"There is no role {min(unknown)}."
    departments = Department.objects.filter(company_id=actor.company_id, is_active=True)
    if department_id is not None and not departments.filter(pk=department_id).exists():
        errors["department"] = "There is no such department in use."
    return errors


def _weak(password: str, user: User) -> dict[str, str]:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        return {"password": " ".join(weak.messages)}
    return {}


def _not_clean(user: User, known: Mapping[str, str]) -> dict[str, str]:
    """What the columns of a login do not take."""
    try:
        user.clean_fields(exclude=["password", *known])
    except ValidationError as wrong:
        return {name: " ".join(words) for name, words in wrong.message_dict.items()}
    return {}


def _refuse(errors: Mapping[str, str]) -> None:
    if errors:
        name, message = next(iter(errors.items()))
        raise InvalidInput(message, field=name, fields=dict(errors))


def _said(member: Membership) -> dict[str, Any]:
    return {"roles": list(member.roles), "department": _name(member.department_id)}


def _name(department_id: int | None) -> str:
    return str(Department.objects.filter(pk=department_id or 0).values_list("name", flat=True).first() or "")


def _only(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in values if name in set(names)}
