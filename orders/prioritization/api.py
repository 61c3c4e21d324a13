"""REST views of ranks, rules and allocation runs."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.prioritization import selectors, services
from orders.prioritization.models import AllocationRow, AllocationRun, Ranking, RuleSet


class RankSerializer(serializers.ModelSerializer[Ranking]):
    number = serializers.CharField(source="order.number")
    rule_set_number = serializers.IntegerField(source="rule_set.number")
    waited_minutes = serializers.IntegerField()
    hold = serializers.CharField(source="hold_name", default=None)

    class Meta:
        model = Ranking
        fields = ("order", "number", "points", "waiting_since", "waited_minutes", "rule_set_number", "hold")


class ReasonSerializer(serializers.Serializer[Any]):
    sentence = serializers.CharField()
    points = serializers.DecimalField(max_digits=14, decimal_places=4)
    group = serializers.CharField()


class ExplanationSerializer(serializers.Serializer[Any]):
    """Why an order stands where it stands; the reasons' points sum to the score."""

    order = serializers.IntegerField(source="ranking.order_id")
    number = serializers.CharField(source="ranking.order.number")
    is_open = serializers.BooleanField(source="ranking.is_open")
    position = serializers.IntegerField()
    of = serializers.IntegerField()
    score = serializers.DecimalField(max_digits=14, decimal_places=4)
    waiting_days = serializers.DecimalField(max_digits=10, decimal_places=2)
    bound_days = serializers.DecimalField(max_digits=10, decimal_places=1, allow_null=True)
    reasons = ReasonSerializer(many=True)


class BacklogSerializer(serializers.Serializer[Any]):
    ranked = serializers.IntegerField()
    new = serializers.IntegerField()
    closed = serializers.IntegerField()


class RuleSetSerializer(serializers.ModelSerializer[RuleSet]):
    class Meta:
        model = RuleSet
        fields = ("id", "number", "name", "state", "points_per_day", "body", "author", "published_at")


class RuleSetInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    points_per_day = serializers.DecimalField(max_digits=10, decimal_places=4)
    body = serializers.JSONField()


class DraftInput(serializers.Serializer[Any]):
    source_id = serializers.IntegerField()


class AllocationRunSerializer(serializers.ModelSerializer[AllocationRun]):
    class Meta:
        model = AllocationRun
        fields = ("id", "state", "started_by", "created_at", "applied_at")


class AllocationRowSerializer(serializers.ModelSerializer[AllocationRow]):
    number = serializers.CharField(source="order.number")
    sku = serializers.CharField(source="promise.product.sku")
    warehouse = serializers.CharField(source="promise.warehouse.code")

    class Meta:
        model = AllocationRow
        fields = (
            "position", "order", "number", "promise", "sku", "warehouse", "wanted", "before", "after", "reason",
            "skipped",
        )  # fmt: skip


class QueueApi(StageApi):
    """Open orders by rank."""

    access = {"GET": "prioritization.view_rank"}

    @extend_schema(responses=RankSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.queue(self.actor), RankSerializer, order=selectors.QUEUE_ORDER)


class RankApi(StageApi):
    """Why an order stands where it stands; rank it anew."""

    access = {"GET": "prioritization.view_rank", "POST": "prioritization.rank_orders"}

    @extend_schema(responses=ExplanationSerializer)
    def get(self, request: Request, order_id: int) -> Response:
        return Response(ExplanationSerializer(selectors.explain(order_id, self.actor)).data)

    @extend_schema(request=None, responses=ExplanationSerializer)
    def post(self, request: Request, order_id: int) -> Response:
        services.rank_order(order_id=order_id, actor=self.actor)
        return self.get(request, order_id)


class BacklogApi(StageApi):
    """Rank every open order anew."""

    access = {"POST": "prioritization.rank_orders"}

    @extend_schema(request=None, responses=BacklogSerializer)
    def post(self, request: Request) -> Response:
        return Response(BacklogSerializer(services.rank_backlog(actor=self.actor)).data)


class AllocationRunsApi(StageApi):
    """Allocation runs, the newest first; propose one."""

    access = {"GET": "prioritization.view_rank", "POST": "prioritization.run_allocation"}
    idempotent = True

    @extend_schema(responses=AllocationRunSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.allocation_runs(self.actor), AllocationRunSerializer)

    @extend_schema(request=None, responses={201: AllocationRunSerializer})
    def post(self, request: Request) -> Response:
        return Response(AllocationRunSerializer(services.run_allocation(actor=self.actor)).data, status=201)


class AllocationRunApi(StageApi):
    """One run."""

    access = {"GET": "prioritization.view_rank"}

    @extend_schema(responses=AllocationRunSerializer)
    def get(self, request: Request, run_id: int) -> Response:
        return Response(AllocationRunSerializer(selectors.allocation_run(run_id, self.actor)).data)


class AllocationRowsApi(StageApi):
    """What a run gives whom, in rank order."""

    access = {"GET": "prioritization.view_rank"}

    @extend_schema(responses=AllocationRowSerializer(many=True))
    def get(self, request: Request, run_id: int) -> Response:
        rows = selectors.allocation_rows(selectors.allocation_run(run_id, self.actor))
        return page(request, rows, AllocationRowSerializer, order=("position",))


class ApplyApi(StageApi):
    """Give what a proposal says, where nothing has changed since."""

    access = {"POST": "prioritization.run_allocation"}

    @extend_schema(request=None, responses=AllocationRunSerializer)
    def post(self, request: Request, run_id: int) -> Response:
        return Response(AllocationRunSerializer(services.apply_allocation(run_id=run_id, actor=self.actor)).data)


class DiscardApi(StageApi):
    """Throw a proposal away."""

    access = {"POST": "prioritization.run_allocation"}

    @extend_schema(request=None, responses=AllocationRunSerializer)
    def post(self, request: Request, run_id: int) -> Response:
        return Response(AllocationRunSerializer(services.discard_allocation(run_id=run_id, actor=self.actor)).data)


class RuleSetsApi(StageApi):
    """Versions of the rules; start a draft from one."""

    access = {"GET": "prioritization.view_rank", "POST": "orders.manage_rules"}
    idempotent = True

    @extend_schema(responses=RuleSetSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(RuleSetSerializer(selectors.rule_sets(self.actor), many=True).data)

    @extend_schema(request=DraftInput, responses={201: RuleSetSerializer})
    def post(self, request: Request) -> Response:
        made = services.draft_rule_set(**self.read(DraftInput), actor=self.actor)
        return Response(RuleSetSerializer(made).data, status=201)


class RuleSetApi(StageApi):
    """One version; change it while it is a draft."""

    access = {"GET": "prioritization.view_rank", "PUT": "orders.manage_rules"}

    @extend_schema(responses=RuleSetSerializer)
    def get(self, request: Request, rule_set_id: int) -> Response:
        return Response(RuleSetSerializer(selectors.rule_set(rule_set_id, self.actor)).data)

    @extend_schema(request=RuleSetInput, responses=RuleSetSerializer)
    def put(self, request: Request, rule_set_id: int) -> Response:
        changed = services.change_rule_set(rule_set_id=rule_set_id, **self.read(RuleSetInput), actor=self.actor)
        return Response(RuleSetSerializer(changed).data)


class PublishApi(StageApi):
    """Put a draft in force; its author needs a colleague for that."""

    access = {"POST": "prioritization.publish_rules"}

    @extend_schema(request=None, responses=RuleSetSerializer)
    def post(self, request: Request, rule_set_id: int) -> Response:
        published = services.publish_rule_set(rule_set_id=rule_set_id, actor=self.actor)
        return Response(RuleSetSerializer(published).data)


urlpatterns = [
    path("queue/", QueueApi.as_view(), name="queue"),
    path("orders/<int:order_id>/rank/", RankApi.as_view(), name="rank"),
    path("rank-backlog/", BacklogApi.as_view(), name="rank-backlog"),
    path("allocation-runs/", AllocationRunsApi.as_view(), name="allocation-runs"),
    path("allocation-runs/<int:run_id>/", AllocationRunApi.as_view(), name="allocation-run"),
    path("allocation-runs/<int:run_id>/rows/", AllocationRowsApi.as_view(), name="allocation-rows"),
    path("allocation-runs/<int:run_id>/apply/", ApplyApi.as_view(), name="apply-allocation"),
    path("allocation-runs/<int:run_id>/discard/", DiscardApi.as_view(), name="discard-allocation"),
    path("rule-sets/", RuleSetsApi.as_view(), name="rule-sets"),
    path("rule-sets/<int:rule_set_id>/", RuleSetApi.as_view(), name="rule-set"),
    path("rule-sets/<int:rule_set_id>/publish/", PublishApi.as_view(), name="publish-rule-set"),
]
