"""REST views of change orders: open, write, preview, save, settle what two changed, withdraw."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.actor import Actor
from orders.core.api.base import StageApi
from orders.core.inputs import LineInput
from orders.entry.changes import services
from orders.entry.changes.models import ChangeReason, ChangeSet, ChangeState
from orders.entry.changes.selectors import change_of
from orders.entry.changes.services import AddedWish, LineWish, Wishes
from orders.entry.changes.services.outcome import Outcome
from orders.entry.changes.showing import clashes_of, wanted_of
from orders.pricing.guidelines.selectors import Finding

REASONS = [("", ""), *ChangeReason.choices]
_MONEY = ("unit_price", "net_amount")


class LineWishInput(serializers.Serializer[Any]):
    """New values of one line; ``quantity`` 0 cancels it. What is left out stays, null follows the order."""

    line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(required=False, max_digits=18, decimal_places=6, min_value=0)
    unit_price = serializers.DecimalField(required=False, max_digits=18, decimal_places=4, min_value=0)
    requested_date = serializers.DateField(required=False, allow_null=True)
    ship_to_id = serializers.IntegerField(required=False, allow_null=True)
    reason = serializers.ChoiceField(choices=REASONS, required=False, default="")


class AddedInput(serializers.Serializer[Any]):
    sku = serializers.CharField(required=False, max_length=80)
    product_id = serializers.IntegerField(required=False)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0)
    unit = serializers.CharField(required=False, max_length=10)
    unit_price = serializers.DecimalField(required=False, max_digits=18, decimal_places=4, min_value=0)
    requested_date = serializers.DateField(required=False)
    reason = serializers.ChoiceField(choices=REASONS, required=False, default="")


class OrderWishInput(serializers.Serializer[Any]):
    ship_to_id = serializers.IntegerField(required=False)
    requested_date = serializers.DateField(required=False, allow_null=True)


class WishesInput(serializers.Serializer[Any]):
    """All that the change wants; it takes the place of what it wanted before."""

    order = OrderWishInput(required=False)
    order_reason = serializers.ChoiceField(choices=REASONS, required=False, default="")
    lines = serializers.ListField(child=LineWishInput(), required=False, default=list, max_length=5000)
    added = serializers.ListField(child=AddedInput(), required=False, default=list, max_length=5000)


class SaveInput(serializers.Serializer[Any]):
    tell_customer = serializers.BooleanField(default=True)


class ChoiceInput(serializers.Serializer[Any]):
    edit_id = serializers.IntegerField()
    field = serializers.CharField(max_length=20)
    take = serializers.ChoiceField(choices=[("mine", "mine"), ("theirs", "theirs")])


class ChoicesInput(serializers.Serializer[Any]):
    choices = serializers.ListField(child=ChoiceInput(), max_length=20000)


class ChangeSerializer(serializers.ModelSerializer[ChangeSet]):
    """A change with what it wants; in conflict also the three sides of what it edited."""

    wanted = serializers.SerializerMethodField()
    differences = serializers.SerializerMethodField()

    class Meta:
        model = ChangeSet
        fields = (
            "id", "order", "order_version", "state", "revision", "opened_by", "opened_at", "expires_at", "closed_at",
            "wanted", "differences",
        )  # fmt: skip

    def get_wanted(self, change: ChangeSet) -> dict[str, Any]:
        return wanted_of(change)

    def get_differences(self, change: ChangeSet) -> list[dict[str, Any]]:
        if change.state != ChangeState.CONFLICTED:
            return []
        return [asdict(row) for row in clashes_of(change)[0]]


class PreviewSerializer(serializers.Serializer[Any]):
    """Before and after; money and margin for those who may see them."""

    lines = serializers.ListField(child=serializers.DictField())
    before = serializers.DictField()
    after = serializers.DictField()
    credit = serializers.DictField(allow_null=True)
    guidelines = serializers.ListField(child=serializers.DictField())
    holds = serializers.ListField(child=serializers.DictField())
    waiting = serializers.ListField(child=serializers.DictField())


class ChangeApi(StageApi):
    """Answers with the change as it is afterwards; its revision is the ETag, which If-Match may carry back."""

    def answer(self, change_id: int, *, status: int = 200) -> Response:
        change = change_of(change_id, self.actor)
        return Response(ChangeSerializer(change).data, status=status, headers={"ETag": f'"{change.revision}"'})


class OpenChangeApi(ChangeApi):
    """Open a change of a confirmed order, or answer with the one that is open."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    idempotent = True

    @extend_schema(request=None, responses={201: ChangeSerializer})
    def post(self, request: Request, order_id: int) -> Response:
        return self.answer(services.open_change(order_id=order_id, actor=self.actor).pk, status=201)


class OneChangeApi(ChangeApi):
    """One change: PUT says all that it wants, DELETE withdraws it."""

    access: ClassVar[dict[str, str]] = {
        "GET": "entry.write_order", "PUT": "entry.write_order", "DELETE": "entry.write_order",
    }  # fmt: skip

    @extend_schema(responses=ChangeSerializer)
    def get(self, request: Request, change_id: int) -> Response:
        return self.answer(change_id)

    @extend_schema(request=WishesInput, responses=ChangeSerializer)
    def put(self, request: Request, change_id: int) -> Response:
        services.write_change(
            change_id=change_id,
            wishes=_wishes(self.read(WishesInput)),
            revision=self.expected_version(),
            actor=self.actor,
        )
        return self.answer(change_id)

    @extend_schema(request=None, responses=ChangeSerializer)
    def delete(self, request: Request, change_id: int) -> Response:
        services.withdraw_change(change_id=change_id, actor=self.actor)
        return self.answer(change_id)


class PreviewApi(StageApi):
    """What saving would come to. Nothing of it stays."""

    access: ClassVar[dict[str, str]] = {"GET": "entry.write_order"}

    @extend_schema(responses=PreviewSerializer)
    def get(self, request: Request, change_id: int) -> Response:
        return Response(_preview(services.preview_change(change_id=change_id, actor=self.actor), self.actor))


class SaveApi(ChangeApi):
    """Save the change. ``state`` is applied, or with status 409 conflicted: settle it, and save again."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}

    @extend_schema(request=SaveInput, responses={200: ChangeSerializer, 409: ChangeSerializer})
    def post(self, request: Request, change_id: int) -> Response:
        said = self.read(SaveInput)
        saved = services.save_change(
            change_id=change_id,
            tell_customer=said["tell_customer"],
            revision=self.expected_version(),
            actor=self.actor,
        )
        return self.answer(change_id, status=409 if saved.state == ChangeState.CONFLICTED else 200)


class SettleApi(ChangeApi):
    """Choose mine or theirs for every field that both changed."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}

    @extend_schema(request=ChoicesInput, responses=ChangeSerializer)
    def post(self, request: Request, change_id: int) -> Response:
        rows = self.read(ChoicesInput)["choices"]
        services.settle_conflict(
            change_id=change_id,
            choices={(row["edit_id"], row["field"]): row["take"] for row in rows},
            revision=self.expected_version(),
            actor=self.actor,
        )
        return self.answer(change_id)


def _wishes(data: dict[str, Any]) -> Wishes:
    lines = [dict(row) for row in data["lines"]]
    added = [dict(row) for row in data["added"]]
    return Wishes(
        order=dict(data.get("order", {})),
        order_reason=data["order_reason"],
        lines=[LineWish(line_id=row.pop("line_id"), reason=row.pop("reason"), fields=row) for row in lines],
        added=[AddedWish(reason=row.pop("reason"), line=LineInput(**row)) for row in added],
    )


def _preview(outcome: Outcome, actor: Actor) -> dict[str, Any]:
    sees_price, sees_cost = actor.can("orders.view_price"), actor.can("orders.view_cost")

    def worth(side: Any, promise: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"promise": promise}
        if sees_price:
            found |= {"net_amount": str(side.net_amount), "total_amount": str(side.total_amount)}
        if sees_cost:
            found["margin_base"] = None if side.margin_base is None else str(side.margin_base)
        return found

    def line_side(side: Any) -> dict[str, Any] | None:
        if side is None:
            return None
        return {
            name: None if value is None else str(value)
            for name, value in asdict(side).items()
            if (sees_price or name not in _MONEY) and (sees_cost or name != "margin_base")
        }

    credit = outcome.credit
    return {
        "lines": [
            {
                "line_id": line.line_id if line.before else None,
                "position": line.position,
                "sku": line.sku,
                "unit": line.unit,
                "before": line_side(line.before),
                "after": line_side(line.after),
                "price_asked_again": line.again is not None,
            }
            for line in outcome.lines
        ],
        "before": worth(outcome.before, outcome.promise_before),
        "after": worth(outcome.after, outcome.promise_after),
        "credit": {name: None if value is None else str(value) for name, value in asdict(credit).items()}
        if credit and sees_price
        else None,
        "guidelines": [_finding(found, sees_price=sees_price, sees_cost=sees_cost) for found in outcome.findings],
        "holds": [{"code": code, "reason": reason} for code, reason in outcome.holds],
        "waiting": [
            {**asdict(row), "taken": str(row.taken), "waits_for": str(row.waits_for)} for row in outcome.waiting
        ],
    }


def _finding(found: Finding, *, sees_price: bool, sees_cost: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"position": found.position, "mode": found.mode}
    if sees_price:
        said["discount_percent"] = None if found.discount_percent is None else str(found.discount_percent)
    if sees_cost:
        said["margin_percent"] = None if found.margin_percent is None else str(found.margin_percent)
    return said


urlpatterns = [
    path("orders/<int:order_id>/changes/", OpenChangeApi.as_view(), name="changes"),
    path("changes/<int:change_id>/", OneChangeApi.as_view(), name="change"),
    path("changes/<int:change_id>/preview/", PreviewApi.as_view(), name="change-preview"),
    path("changes/<int:change_id>/save/", SaveApi.as_view(), name="change-save"),
    path("changes/<int:change_id>/settle/", SettleApi.as_view(), name="change-settle"),
]
