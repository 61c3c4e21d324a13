"""REST views of post-sales service: cases, what is said in them, follow-ups."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from returns.postsales import selectors, services
from returns.postsales.models import Case, CaseKind, CaseMessage, FollowUp


class CaseMessageSerializer(serializers.ModelSerializer[CaseMessage]):
    author = serializers.CharField(source="author.username", default=None)

    class Meta:
        model = CaseMessage
        fields = ("id", "author", "to_customer", "by_customer", "body", "at")


class CaseSerializer(serializers.ModelSerializer[Case]):
    customer_code = serializers.CharField(source="customer.code")
    order_number = serializers.CharField(source="order.number", default=None)
    owner = serializers.CharField(source="owner.username", default=None)

    class Meta:
        model = Case
        fields: tuple[str, ...] = (
            "id", "number", "kind", "state", "subject", "customer", "customer_code", "order", "order_number",
            "return_order", "owner", "reply_due_at", "first_reply_at", "resolution", "satisfaction", "created_at",
            "resolved_at", "closed_at",
        )  # fmt: skip


class CaseDetailSerializer(CaseSerializer):
    said = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        fields = (*CaseSerializer.Meta.fields, "body", "said")

    @extend_schema(responses=CaseMessageSerializer(many=True))
    def get_said(self, case: Case) -> list[dict[str, Any]]:
        return list(CaseMessageSerializer(selectors.messages_of(case), many=True).data)


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    customer_code = serializers.CharField(source="customer.code")
    owner = serializers.CharField(source="owner.username", default=None)

    class Meta:
        model = FollowUp
        fields = (
            "id", "purpose", "due_on", "customer", "customer_code", "order", "case", "owner", "done_at", "outcome",
            "created_at",
        )  # fmt: skip


class CaseInput(serializers.Serializer[Any]):
    """An order or a return says which customer it is."""

    subject = serializers.CharField(max_length=160)
    body = serializers.CharField(required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=CaseKind.choices, required=False, default=CaseKind.QUESTION)
    customer_id = serializers.IntegerField(required=False, default=None)
    order_id = serializers.IntegerField(required=False, default=None)
    return_id = serializers.IntegerField(required=False, default=None)


class CaseAssignInput(serializers.Serializer[Any]):
    """Without an owner the caller takes it."""

    owner_id = serializers.IntegerField(required=False, default=None)


class CaseReplyInput(serializers.Serializer[Any]):
    body = serializers.CharField()
    to_customer = serializers.BooleanField(required=False, default=True)
    by_customer = serializers.BooleanField(required=False, default=False)


class CaseWaitInput(serializers.Serializer[Any]):
    whom = serializers.ChoiceField(choices=["customer", "internal"])


class CaseResolveInput(serializers.Serializer[Any]):
    resolution = serializers.CharField()


class CaseCloseInput(serializers.Serializer[Any]):
    satisfaction = serializers.IntegerField(required=False, default=None, min_value=1, max_value=5)


class CaseReopenInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class FollowUpInput(serializers.Serializer[Any]):
    purpose = serializers.CharField(max_length=160)
    due_on = serializers.DateField()
    order_id = serializers.IntegerField(required=False, default=None)
    case_id = serializers.IntegerField(required=False, default=None)
    owner_id = serializers.IntegerField(required=False, default=None)


class FollowUpOutcomeInput(serializers.Serializer[Any]):
    outcome = serializers.CharField(max_length=300)


class CaseDoor(StageApi):
    """Answers with the case as it stands now."""

    def shown(self, case_id: int, status: int = 200) -> Response:
        return Response(CaseDetailSerializer(selectors.one_case(case_id, self.actor)).data, status=status)


class CasesApi(CaseDoor):
    """Cases, the newest first (``state``, ``text``, ``mine=1``); POST opens one."""

    access = {"GET": "postsales.view_case", "POST": "postsales.open_case"}
    idempotent = True

    @extend_schema(responses=CaseSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("state", "text")}
        rows = selectors.cases_list(self.actor, mine=request.query_params.get("mine") == "1", **asked)
        return page(request, rows, CaseSerializer)

    @extend_schema(request=CaseInput, responses={201: CaseDetailSerializer})
    def post(self, request: Request) -> Response:
        return self.shown(services.open_case(actor=self.actor, **self.read(CaseInput)).pk, status=201)


class CaseApi(CaseDoor):
    """One case with what was said."""

    access = {"GET": "postsales.view_case"}

    @extend_schema(responses=CaseDetailSerializer)
    def get(self, request: Request, case_id: int) -> Response:
        return self.shown(case_id)


class AssignApi(CaseDoor):
    access = {"POST": "postsales.work_case"}

    @extend_schema(request=CaseAssignInput, responses=CaseDetailSerializer)
    def post(self, request: Request, case_id: int) -> Response:
        """Give it to a colleague, or take it."""
        services.assign_case(case_id=case_id, actor=self.actor, **self.read(CaseAssignInput))
        return self.shown(case_id)


class ReplyApi(CaseDoor):
    access = {"POST": "postsales.work_case"}
    idempotent = True

    @extend_schema(request=CaseReplyInput, responses={201: CaseDetailSerializer})
    def post(self, request: Request, case_id: int) -> Response:
        """Write to the customer, note something, or put down what the customer said."""
        services.reply_case(case_id=case_id, actor=self.actor, **self.read(CaseReplyInput))
        return self.shown(case_id, status=201)


class WaitApi(CaseDoor):
    access = {"POST": "postsales.work_case"}

    @extend_schema(request=CaseWaitInput, responses=CaseDetailSerializer)
    def post(self, request: Request, case_id: int) -> Response:
        """Say for whom it waits."""
        services.wait_for(case_id=case_id, actor=self.actor, **self.read(CaseWaitInput))
        return self.shown(case_id)


class ResolveApi(CaseDoor):
    access = {"POST": "postsales.work_case"}

    @extend_schema(request=CaseResolveInput, responses=CaseDetailSerializer)
    def post(self, request: Request, case_id: int) -> Response:
        """Say how it was settled."""
        services.resolve_case(case_id=case_id, actor=self.actor, **self.read(CaseResolveInput))
        return self.shown(case_id)


class CloseApi(CaseDoor):
    access = {"POST": "postsales.work_case"}

    @extend_schema(request=CaseCloseInput, responses=CaseDetailSerializer)
    def post(self, request: Request, case_id: int) -> Response:
        """End it."""
        services.close_case(case_id=case_id, actor=self.actor, **self.read(CaseCloseInput))
        return self.shown(case_id)


class ReopenApi(CaseDoor):
    access = {"POST": "postsales.work_case"}

    @extend_schema(request=CaseReopenInput, responses=CaseDetailSerializer)
    def post(self, request: Request, case_id: int) -> Response:
        """Take it up again."""
        services.reopen_case(case_id=case_id, actor=self.actor, **self.read(CaseReopenInput))
        return self.shown(case_id)


class FollowUpsApi(StageApi):
    """Follow-ups that are owed, the earliest first (``done=1``: those done); POST plans one."""

    access = {"GET": "postsales.view_case", "POST": "postsales.work_case"}
    idempotent = True

    @extend_schema(responses=FollowUpSerializer(many=True))
    def get(self, request: Request) -> Response:
        done = request.query_params.get("done") == "1"
        rows = selectors.follow_ups_list(self.actor, done=done)
        return page(request, rows, FollowUpSerializer, order=("-id",) if done else ("due_on", "id"))

    @extend_schema(request=FollowUpInput, responses={201: FollowUpSerializer})
    def post(self, request: Request) -> Response:
        made = services.plan_follow_up(actor=self.actor, **self.read(FollowUpInput))
        return Response(FollowUpSerializer(selectors.one_follow_up(made.pk, self.actor)).data, status=201)


class FollowUpDoneApi(StageApi):
    access = {"POST": "postsales.work_case"}

    @extend_schema(request=FollowUpOutcomeInput, responses=FollowUpSerializer)
    def post(self, request: Request, follow_up_id: int) -> Response:
        """Say what came of it."""
        services.complete_follow_up(follow_up_id=follow_up_id, actor=self.actor, **self.read(FollowUpOutcomeInput))
        return Response(FollowUpSerializer(selectors.one_follow_up(follow_up_id, self.actor)).data)


urlpatterns = [
    path("cases/", CasesApi.as_view(), name="cases"),
    path("cases/<int:case_id>/", CaseApi.as_view(), name="case"),
    path("cases/<int:case_id>/assign/", AssignApi.as_view(), name="assign"),
    path("cases/<int:case_id>/reply/", ReplyApi.as_view(), name="reply"),
    path("cases/<int:case_id>/wait/", WaitApi.as_view(), name="wait"),
    path("cases/<int:case_id>/resolve/", ResolveApi.as_view(), name="resolve"),
    path("cases/<int:case_id>/close/", CloseApi.as_view(), name="close"),
    path("cases/<int:case_id>/reopen/", ReopenApi.as_view(), name="reopen"),
    path("follow-ups/", FollowUpsApi.as_view(), name="follow-ups"),
    path("follow-ups/<int:follow_up_id>/done/", FollowUpDoneApi.as_view(), name="follow-up-done"),
]
