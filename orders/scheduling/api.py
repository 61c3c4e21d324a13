"""REST views of planned shipments and capacity."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, page
from orders.scheduling import forms, selectors, services
from orders.scheduling.models import PlannedLine, PlannedShipment


class PlannedSerializer(serializers.ModelSerializer[PlannedShipment]):
    order_number = serializers.CharField(source="order.number")
    customer_code = serializers.CharField(source="customer.code")
    warehouse_code = serializers.CharField(source="warehouse.code")
    units = serializers.DecimalField(max_digits=24, decimal_places=6, default=None)
    hold = serializers.CharField(source="hold_name", default=None)
    version = serializers.IntegerField(source="event_seq")

    class Meta:
        model = PlannedShipment
        fields: tuple[str, ...] = (
            "id", "number", "state", "version", "order", "order_number", "customer_code", "warehouse",
            "warehouse_code", "ship_to", "slot_date", "due_date", "late_reason", "is_pinned", "supplier_ships",
            "work_minutes", "units", "hold", "released_at",
        )  # fmt: skip


class PlannedLineSerializer(serializers.ModelSerializer[PlannedLine]):
    position = serializers.IntegerField(source="order_line.position")
    sku = serializers.CharField(source="order_line.product.sku")
    allocated = serializers.DecimalField(source="promise.allocated", max_digits=18, decimal_places=6)

    class Meta:
        model = PlannedLine
        fields = ("order_line", "position", "sku", "promise", "quantity", "allocated")


class PlannedDetailSerializer(PlannedSerializer):
    lines = serializers.SerializerMethodField()

    class Meta(PlannedSerializer.Meta):
        fields = (*PlannedSerializer.Meta.fields, "lines")

    @extend_schema(responses=PlannedLineSerializer(many=True))
    def get_lines(self, planned: PlannedShipment) -> list[dict[str, Any]]:
        return list(PlannedLineSerializer(selectors.planned_lines(planned), many=True).data)


class MoveInput(serializers.Serializer[Any]):
    slot_date = serializers.DateField()


class RecallInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class CancelInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class NoInput(serializers.Serializer[Any]):
    pass


class ReleaseInput(serializers.Serializer[Any]):
    """Without ``planned_ids`` everything that is due."""

    planned_ids = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=500)


class ReleasedSerializer(serializers.Serializer[Any]):
    planned = serializers.IntegerField(source="planned.pk")
    number = serializers.CharField(source="planned.number")
    order = serializers.CharField(source="order.number")
    released = serializers.SerializerMethodField()
    code = serializers.CharField(source="refusal.code", default=None)
    message = serializers.CharField(source="refusal.message", default=None)

    def get_released(self, item: Any) -> bool:
        return item.refusal is None


class CapacityInput(serializers.Serializer[Any]):
    warehouse_id = serializers.IntegerField()
    first = serializers.DateField()
    last = serializers.DateField()
    minutes = serializers.IntegerField(min_value=0, max_value=100_000)
    overtime_minutes = serializers.IntegerField(min_value=0, max_value=100_000, default=0)


class CapacitySerializer(serializers.Serializer[Any]):
    warehouse = serializers.CharField(source="warehouse.code")
    day = serializers.DateField()
    minutes = serializers.IntegerField()
    overtime_minutes = serializers.IntegerField()
    used_minutes = serializers.IntegerField()


class PlannedApi(StageApi):
    """Planned shipments, the earliest day first."""

    access = {"GET": "scheduling.view_plan"}

    @extend_schema(
        responses=PlannedSerializer(many=True),
        parameters=[
            OpenApiParameter(name, str) for name in ("text", "state", "warehouse_id", "day", "until", "late", "held")
        ],
    )
    def get(self, request: Request) -> Response:
        form = forms.PlannedFilterForm(request.query_params, company_id=self.actor.company_id)
        if not form.is_valid():
            field, said = next(iter(form.errors.items()))
            raise InvalidInput(str(said[0]), field=field)
        rows = selectors.planned_list(self.actor, **form.cleaned_data)
        return page(request, rows, PlannedSerializer, order=("slot_date", "id"))


class PlannedDoor(StageApi):
    """Answers with the planned shipment as it stands now."""

    def shown(self, planned_id: int) -> Response:
        planned = selectors.planned_page(planned_id, self.actor)
        return Response(PlannedDetailSerializer(planned).data, headers={"ETag": f'"{planned.event_seq}"'})


class OnePlannedApi(PlannedDoor):
    """One planned shipment with its lines."""

    access = {"GET": "scheduling.view_plan"}

    @extend_schema(responses=PlannedDetailSerializer)
    def get(self, request: Request, planned_id: int) -> Response:
        return self.shown(planned_id)


class VerbApi(PlannedDoor):
    """A verb on one planned shipment; If-Match takes the version that was seen."""

    run: ClassVar[Callable[..., PlannedShipment]]
    given: ClassVar[type[serializers.Serializer[Any]]] = NoInput

    def post(self, request: Request, planned_id: int) -> Response:
        data = self.read(self.given)
        type(self).run(planned_id=planned_id, actor=self.actor, version=self.expected_version(), **data)
        return self.shown(planned_id)


@extend_schema(request=None, responses=PlannedDetailSerializer)
class ReleaseApi(VerbApi):
    """Tell the warehouse to send it."""

    access = {"POST": "scheduling.release_shipment"}
    run = staticmethod(services.release_shipment)


@extend_schema(request=MoveInput, responses=PlannedDetailSerializer)
class MoveApi(VerbApi):
    """Give it another day."""

    access = {"POST": "scheduling.plan_shipment"}
    run, given = staticmethod(services.move_shipment), MoveInput


@extend_schema(request=None, responses=PlannedDetailSerializer)
class FreezeApi(VerbApi):
    """Keep it on its day."""

    access = {"POST": "scheduling.plan_shipment"}
    run = staticmethod(services.freeze_shipment)


@extend_schema(request=None, responses=PlannedDetailSerializer)
class UnfreezeApi(VerbApi):
    """Let it be moved again."""

    access = {"POST": "scheduling.plan_shipment"}
    run = staticmethod(services.unfreeze_shipment)


@extend_schema(request=RecallInput, responses=PlannedDetailSerializer)
class RecallApi(VerbApi):
    """Take it back from the warehouse."""

    access = {"POST": "scheduling.recall_shipment"}
    run, given = staticmethod(services.recall_shipment), RecallInput


@extend_schema(request=CancelInput, responses=PlannedDetailSerializer)
class CancelApi(VerbApi):
    """Take it off the board."""

    access = {"POST": "scheduling.plan_shipment"}
    run, given = staticmethod(services.cancel_plan), CancelInput


class ReleaseManyApi(StageApi):
    """Release these, or everything that is due; each answers for itself."""

    access = {"POST": "scheduling.release_shipment"}

    @extend_schema(
        operation_id="scheduling_release_many", request=ReleaseInput, responses=ReleasedSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        asked = self.read(ReleaseInput).get("planned_ids")
        found = services.release_due(actor=self.actor, planned_ids=asked)
        return Response(ReleasedSerializer(found, many=True).data)


class PlanOrderApi(StageApi):
    """Put what an order's promises want on the board."""

    access = {"POST": "scheduling.plan_shipment"}

    @extend_schema(request=None, responses=PlannedSerializer(many=True))
    def post(self, request: Request, order_id: int) -> Response:
        made = [planned.pk for planned in services.plan_order(order_id=order_id, actor=self.actor)]
        rows = selectors.planned_list(self.actor).filter(pk__in=made).order_by("slot_date", "id")
        return Response(PlannedSerializer(rows, many=True).data)


class CapacityApi(StageApi):
    """Planned capacity from today on; set a span of days."""

    access = {"GET": "scheduling.view_plan", "POST": "scheduling.manage_capacity"}

    @extend_schema(responses=CapacitySerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.capacity_days(self.actor), CapacitySerializer, order=("day", "id"))

    @extend_schema(request=CapacityInput, responses={200: serializers.ListSerializer(child=serializers.DateField())})
    def post(self, request: Request) -> Response:
        days = services.set_capacity(actor=self.actor, **self.read(CapacityInput))
        return Response([day.isoformat() for day in days])


urlpatterns = [
    path("planned/", PlannedApi.as_view(), name="planned"),
    path("planned/release/", ReleaseManyApi.as_view(), name="release-many"),
    path("planned/<int:planned_id>/", OnePlannedApi.as_view(), name="one-planned"),
    path("planned/<int:planned_id>/release/", ReleaseApi.as_view(), name="release"),
    path("planned/<int:planned_id>/move/", MoveApi.as_view(), name="move"),
    path("planned/<int:planned_id>/freeze/", FreezeApi.as_view(), name="freeze"),
    path("planned/<int:planned_id>/unfreeze/", UnfreezeApi.as_view(), name="unfreeze"),
    path("planned/<int:planned_id>/recall/", RecallApi.as_view(), name="recall"),
    path("planned/<int:planned_id>/cancel/", CancelApi.as_view(), name="cancel"),
    path("orders/<int:order_id>/plan/", PlanOrderApi.as_view(), name="plan-order"),
    path("capacity/", CapacityApi.as_view(), name="capacity"),
]
