"""REST views of disputes."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.disputes import selectors, services
from billing.disputes.forms import filter_form
from billing.models import Dispute, DisputeReason, DisputeState
from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, page


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    invoice_number = serializers.CharField(source="invoice.number")
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = Dispute
        fields = (
            "id", "invoice", "invoice_number", "line", "customer", "customer_code", "order", "state", "reason", "stage",
            "currency", "amount", "amount_base", "words", "by_customer", "raised_at", "due_at", "owner", "credit_note",
            "credited_amount", "decision", "decided_at",
        )  # fmt: skip


class RaiseDisputeInput(serializers.Serializer[Any]):
    """Without ``amount`` all that is open; without ``line_id`` the whole invoice; without ``stage`` by the reason."""

    invoice_id = serializers.IntegerField()
    line_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    reason = serializers.ChoiceField(choices=DisputeReason.choices)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True, default=None)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    stage = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=10)


class RouteDisputeInput(serializers.Serializer[Any]):
    stage = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=10)
    owner_id = serializers.IntegerField(required=False, allow_null=True, default=None)


class DecideDisputeInput(serializers.Serializer[Any]):
    """``quantity`` credits goods of the disputed line, ``amount`` only money."""

    outcome = serializers.ChoiceField(choices=[one for one in DisputeState.choices if one[0] != "open"])
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True, default=None)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True, default=None)
    decision = serializers.CharField(max_length=300)


class StuckSerializer(serializers.Serializer[Any]):
    """Units: company currency; ``raised`` and ``credited`` of the last 365 days."""

    stage = serializers.IntegerField(source="number")
    open_disputes = serializers.IntegerField()
    open_base = serializers.DecimalField(max_digits=18, decimal_places=2)
    late = serializers.IntegerField()
    raised = serializers.IntegerField()
    credited = serializers.IntegerField()
    credited_base = serializers.DecimalField(max_digits=18, decimal_places=2)


class DisputesApi(StageApi):
    """Disputes, the newest first (filters: state, reason, stage, mine, late, text); raise one."""

    access = {"GET": "billing.view_invoice", "POST": "billing.raise_dispute"}
    idempotent = True

    @extend_schema(responses=DisputeSerializer(many=True))
    def get(self, request: Request) -> Response:
        form = filter_form(request.query_params, self.actor)
        if not form.is_valid():
            raise InvalidInput("The filters cannot be read.", field=next(iter(form.errors)))
        return page(request, selectors.disputes_list(self.actor, form.cleaned_data), DisputeSerializer)

    @extend_schema(request=RaiseDisputeInput, responses={201: DisputeSerializer})
    def post(self, request: Request) -> Response:
        raised = services.raise_dispute(actor=self.actor, **self.read(RaiseDisputeInput))
        return Response(DisputeSerializer(raised).data, status=201)


class DisputeApi(StageApi):
    """One dispute."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses=DisputeSerializer)
    def get(self, request: Request, dispute_id: int) -> Response:
        return Response(DisputeSerializer(selectors.dispute_page(dispute_id, self.actor)).data)


class RouteDisputeApi(StageApi):
    """Say which stage caused it, and whose it is."""

    access = {"POST": "billing.raise_dispute"}

    @extend_schema(request=RouteDisputeInput, responses=DisputeSerializer)
    def post(self, request: Request, dispute_id: int) -> Response:
        services.route_dispute(dispute_id=dispute_id, actor=self.actor, **self.read(RouteDisputeInput))
        return Response(DisputeSerializer(selectors.dispute_page(dispute_id, self.actor)).data)


class DecideDisputeApi(StageApi):
    """Credit it, in part, or let the invoice stand."""

    access = {"POST": "billing.credit"}
    idempotent = True

    @extend_schema(request=DecideDisputeInput, responses=DisputeSerializer)
    def post(self, request: Request, dispute_id: int) -> Response:
        services.decide_dispute(dispute_id=dispute_id, actor=self.actor, **self.read(DecideDisputeInput))
        return Response(DisputeSerializer(selectors.dispute_page(dispute_id, self.actor)).data)


class StuckMoneyApi(StageApi):
    """Money in dispute, and what disputes cost, by the stage that caused them."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses=StuckSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(StuckSerializer(selectors.stuck_by_stage(self.actor), many=True).data)


urlpatterns = [
    path("disputes/", DisputesApi.as_view(), name="disputes"),
    path("disputes/stuck/", StuckMoneyApi.as_view(), name="stuck-money"),
    path("disputes/<int:dispute_id>/", DisputeApi.as_view(), name="dispute"),
    path("disputes/<int:dispute_id>/route/", RouteDisputeApi.as_view(), name="route-dispute"),
    path("disputes/<int:dispute_id>/decide/", DecideDisputeApi.as_view(), name="decide-dispute"),
]
