"""REST views of discount guidelines and approvals."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.models import RuleVersion
from orders.pricing.guidelines import outcomes, selectors, services
from orders.pricing.guidelines.models import Approval, DiscountGuideline, Mode


class GuidelineSerializer(serializers.ModelSerializer[DiscountGuideline]):
    class Meta:
        model = DiscountGuideline
        fields = ("id", "position", "tree", "max_discount_percent", "min_margin_percent", "mode")


class VersionSerializer(serializers.ModelSerializer[RuleVersion]):
    rows = GuidelineSerializer(source="discount_guidelines", many=True)

    class Meta:
        model = RuleVersion
        fields = ("id", "number", "status", "created_by", "created_at", "published_by", "published_at", "rows")


class GuidelineInputSerializer(serializers.Serializer[Any]):
    customer = serializers.CharField(required=False, max_length=30)
    customer_class = serializers.CharField(required=False, max_length=1)
    category = serializers.CharField(required=False, max_length=60)
    role = serializers.CharField(required=False, max_length=20)
    max_discount_percent = serializers.DecimalField(required=False, allow_null=True, max_digits=7, decimal_places=2)
    min_margin_percent = serializers.DecimalField(required=False, allow_null=True, max_digits=7, decimal_places=2)
    mode = serializers.ChoiceField(choices=Mode.choices, default=Mode.APPROVE)


class DraftGuidelinesInput(serializers.Serializer[Any]):
    rows = GuidelineInputSerializer(many=True)


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    """Margins are left out for whoever may not see costs."""

    findings = serializers.SerializerMethodField()
    impact = serializers.SerializerMethodField()

    class Meta:
        model = Approval
        fields = (
            "id", "state", "quote", "order", "customer", "reason", "requested_by", "requested_at", "expires_at",
            "approver", "decided_by", "decided_at", "decision", "findings", "impact",
        )  # fmt: skip

    def get_findings(self, approval: Approval) -> list[dict[str, Any]]:
        return selectors.findings_seen(approval, self.context["actor"])

    def get_impact(self, approval: Approval) -> dict[str, str | None]:
        impact = selectors.impact_of(approval, self.context["actor"])
        values = {name: getattr(impact, name) for name in impact.__slots__}
        if not self.context["actor"].can("orders.view_cost"):
            values = {name: value for name, value in values.items() if "margin" not in name}
        return {name: None if value is None else str(value) for name, value in values.items()}


class AskApprovalInput(serializers.Serializer[Any]):
    quote_id = serializers.IntegerField(required=False)
    order_id = serializers.IntegerField(required=False)
    approver_id = serializers.IntegerField(required=False)
    reason = serializers.CharField(max_length=300)


class DecideInput(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=["approve", "refuse"])
    decision = serializers.CharField(required=False, max_length=300, default="", allow_blank=True)


class DelegateInput(serializers.Serializer[Any]):
    approver_id = serializers.IntegerField()


class RecordSerializer(serializers.Serializer[Any]):
    approver = serializers.CharField()
    granted = serializers.IntegerField()
    over = serializers.IntegerField()
    rose = serializers.IntegerField()
    stayed = serializers.IntegerField()
    given_base = serializers.DecimalField(max_digits=18, decimal_places=2)


class GuidelinesApi(StageApi):
    """Every version of the discount guidelines, the newest first; POST drafts the next."""

    access = {"GET": "orders.view_price", "POST": "pricing.edit_guidelines"}

    @extend_schema(responses=VersionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.versions_of(self.actor.company_id), VersionSerializer)

    @extend_schema(request=DraftGuidelinesInput, responses={201: VersionSerializer})
    def post(self, request: Request) -> Response:
        rows = [services.GuidelineInput(**row) for row in self.read(DraftGuidelinesInput)["rows"]]
        version = services.draft_guidelines(rows=rows, actor=self.actor)
        return Response(VersionSerializer(version).data, status=201)


class PublishApi(StageApi):
    """Put a version in force."""

    access = {"POST": "orders.manage_rules"}

    @extend_schema(request=None, responses=VersionSerializer)
    def post(self, request: Request, version_id: int) -> Response:
        version = services.publish_guidelines(version_id=version_id, actor=self.actor)
        return Response(VersionSerializer(version).data)


class RollBackApi(StageApi):
    """Put the version in force that was so before."""

    access = {"POST": "orders.manage_rules"}

    @extend_schema(request=None, responses=VersionSerializer)
    def post(self, request: Request) -> Response:
        return Response(VersionSerializer(services.rollback_guidelines(actor=self.actor)).data)


class ApprovalDoor(StageApi):
    """Answers with the request as it stands now."""

    def shown(self, approval_id: int, status: int = 200) -> Response:
        found = selectors.approval_of(self.actor, approval_id)
        return Response(ApprovalSerializer(found, context={"actor": self.actor}).data, status=status)


class ApprovalsApi(ApprovalDoor):
    """Requests, the newest first (filters: state, mine, customer); ask for one."""

    access = {"GET": "orders.view_price", "POST": "pricing.write_quote"}
    idempotent = True

    @extend_schema(responses=ApprovalSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.approval_list(self.actor, request.query_params)
        return page(request, rows, ApprovalSerializer, actor=self.actor)

    @extend_schema(request=AskApprovalInput, responses={201: ApprovalSerializer})
    def post(self, request: Request) -> Response:
        asked = services.request_approval(actor=self.actor, **self.read(AskApprovalInput))
        return self.shown(asked.pk, status=201)


class ApprovalApi(ApprovalDoor):
    """One request; POST decides it."""

    access = {"GET": "orders.view_price", "POST": "pricing.approve_discount"}

    @extend_schema(responses=ApprovalSerializer)
    def get(self, request: Request, approval_id: int) -> Response:
        return self.shown(approval_id)

    @extend_schema(operation_id="pricing_approvals_decide", request=DecideInput, responses=ApprovalSerializer)
    def post(self, request: Request, approval_id: int) -> Response:
        said = self.read(DecideInput)
        run = services.approve_discount if said.pop("answer") == "approve" else services.refuse_discount
        run(approval_id=approval_id, actor=self.actor, **said)
        return self.shown(approval_id)


class DelegateApi(ApprovalDoor):
    """Hand a request to a colleague who may decide."""

    access = {"POST": "pricing.approve_discount"}

    @extend_schema(request=DelegateInput, responses=ApprovalSerializer)
    def post(self, request: Request, approval_id: int) -> Response:
        services.delegate_approval(approval_id=approval_id, actor=self.actor, **self.read(DelegateInput))
        return self.shown(approval_id)


class RecordsApi(StageApi):
    """What approved exceptions led to, per approver; ``over`` counts those whose 90 days have passed."""

    access = {"GET": "orders.view_cost"}

    @extend_schema(responses=RecordSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(RecordSerializer(outcomes.approver_records(self.actor), many=True).data)
