"""Kinds of hold: entered and changed by admins, with before and after. A kind is put out of use, never deleted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection

from omc.accounts.roles import PERMISSIONS
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound, StaleVersion
from omc.lib.service import verb
from orders.core.master.rules import wrong_code
from orders.core.master.selectors import version_of
from orders.core.models import HoldScope, HoldState, HoldType, Touched
from orders.core.services.history import keep_change, said

STEPS: Final = ("confirm", "allocate", "release", "pick", "ship", "invoice")
FIELDS: Final = (
    "name", "scope", "cause", "blocks", "keeps_stock", "is_credit", "resolve_permission", "sla_minutes", "on_change",
    "after", "is_active",
)  # fmt: skip
_SILENT: Final = "master data keeps its own before/after history"


@verb(silent=_SILENT)
def enter_hold_type(*, code: str, values: Mapping[str, Any], actor: Actor) -> HoldType:
    """Take in a kind of hold. ``values`` are some of `FIELDS`; ``after`` is a kind or its code.

    Raises: InvalidInput with every field that is wrong in ``data["fields"]``
    """
    require(actor, "orders.manage_rules")
    _one_at_a_time(actor)
    errors = {"code": wrong} if (wrong := wrong_code(code)) else {}
    if HoldType.objects.filter(company_id=actor.company_id, code__iexact=code).exists():
        errors["code"] = "There is a kind of hold with this code."
    kind = HoldType(company_id=actor.company_id, code=code)
    after = _set(kind, values, actor)
    _refuse(kind, errors)
    kind.save()
    keep_change(kind, {}, {"code": code, **{name: said(value) for name, value in after.items()}}, actor=actor)
    return kind


@verb(silent=_SILENT)
def change_hold_type(*, code: str, values: Mapping[str, Any], actor: Actor, version: int | None = None) -> HoldType:
    """Change a kind of hold, as of the ``version`` that was seen. What stands on orders stays, and stops what it says now.

    Raises: NotFound, StaleVersion, InvalidInput with every field that is wrong in ``data["fields"]``
    """
    require(actor, "orders.manage_rules")
    _one_at_a_time(actor)
    kind = HoldType.objects.select_for_update().filter(company_id=actor.company_id, code=code).first()
    if kind is None:
        raise NotFound(f"There is no hold type {code}.")
    now = version_of(kind)
    if version is not None and version != now:
        raise StaleVersion("Somebody changed it since you read it. Read it again.", version=now)
    before = {name: getattr(kind, name) for name in FIELDS}
    after = {name: value for name, value in _set(kind, values, actor).items() if value != before[name]}
    if not after:
        return kind
    _refuse(kind, {})
    kind.save(update_fields=list(after))
    keep_change(
        kind,
        {name: said(before[name]) for name in after},
        {name: said(value) for name, value in after.items()},
        actor=actor,
    )
    return kind


def _one_at_a_time(actor: Actor) -> None:
    """Two kinds that are changed at once could close a circle that neither change closes alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orders.core.hold_types'), %s)", [actor.company_id])


def _set(kind: HoldType, values: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if name in FIELDS}
    if isinstance(given.get("after"), str):
        given["after"] = _kind_of(given["after"], actor)
    for name in ("blocks", "on_change"):
        if name in given:
            order = STEPS if name == "blocks" else Touched.values
            given[name] = sorted(
                dict.fromkeys(given[name]), key=lambda word: order.index(word) if word in order else len(order)
            )
    for name, value in given.items():
        setattr(kind, name, value)
    return given


def _kind_of(code: str, actor: Actor) -> HoldType | None:
    if not code:
        return None
    kind = HoldType.objects.filter(company_id=actor.company_id, code=code).first()
    if kind is None:
        raise InvalidInput(f"There is no hold type {code}.", field="after", fields={"after": f"There is no {code}."})
    return kind


def _refuse(kind: HoldType, errors: dict[str, str]) -> None:
    """Raises: InvalidInput"""
    if not kind.name.strip():
        errors["name"] = "What is it called?"
    if not kind.blocks or not set(kind.blocks) <= set(STEPS):
        errors["blocks"] = "Choose at least one step that it stops."
    elif kind.is_credit and "invoice" in kind.blocks:
        errors["blocks"] = "A credit hold never stops invoicing."
    if not set(kind.on_change) <= set(Touched.values):
        errors["on_change"] = f"Choose from: {', '.join(Touched.values)}."
    if kind.scope not in HoldScope.values:
        errors["scope"] = "Choose customer, order or line."
    elif kind.scope != HoldScope.ORDER and (kind.on_change or kind.after):
        errors["scope"] = "Only a hold on the whole order places itself."
    elif kind.pk and kind.holds.exclude(status=HoldState.RESOLVED).exists() and _was(kind).scope != kind.scope:
        errors["scope"] = "Some stand as they were. Lift these first, or enter another kind."
    if kind.resolve_permission not in PERMISSIONS and (
        not kind.pk or _was(kind).resolve_permission != kind.resolve_permission
    ):
        errors["resolve_permission"] = "There is no such permission."
    if not 1 <= kind.sla_minutes <= 60 * 24 * 60:
        errors["sla_minutes"] = "Give 1 to 86,400 working minutes."
    if kind.after and kind.after.company_id != kind.company_id:
        errors["after"] = "There is no such hold type."
    elif circle := _circle(kind):
        errors["after"] = f"It would follow itself: {' → '.join(circle)}."
    if errors:
        name, message = next(iter(errors.items()))
        raise InvalidInput(message, field=name, fields=errors)


def _was(kind: HoldType) -> HoldType:
    return HoldType.objects.get(pk=kind.pk)


def _circle(kind: HoldType) -> Sequence[str]:
    """The names of a chain that comes back to the kind, in the order in which they would be placed; empty: none."""
    if kind.after is None or kind.pk is None:
        return []
    kinds = {each.pk: each for each in HoldType.objects.filter(company_id=kind.company_id)}
    chain, at = [kind.name], kind.after_id
    for _step in kinds:
        if at is None:
            return []
        chain.append(kinds[at].name)
        if at == kind.pk:
            return list(reversed(chain))
        at = kinds[at].after_id
    return list(reversed(chain))
