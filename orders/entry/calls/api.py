"""REST views of call mode: who is calling, take a call, ask, park, take up, make something of it, end."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, may_see, page
from orders.entry.calls import services
from orders.entry.calls.models import Call, CallQuestion, Outcome
from orders.entry.calls.selectors.callers import callers_found
from orders.entry.calls.selectors.calls import call_list, call_of, made_of
from orders.entry.calls.selectors.standing import open_orders
from orders.entry.calls.wording import say_order, say_question

MAY = "orders.take_call"
READS: dict[str, str] = {"GET": MAY}
WRITES: dict[str, str] = {"POST": MAY}


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call as lists show it."""

    customer_code = serializers.CharField(source="customer.code", default=None)

    class Meta:
        model = Call
        fields = (
            "id", "customer", "customer_code", "contact", "state", "taken_by", "found_by", "started_at", "parked_at",
            "ended_at", "notes", "outcome",
        )  # fmt: skip


class QuestionSerializer(serializers.ModelSerializer[CallQuestion]):
    """What was asked and told, with the sentence that was said. Units: ``quantity`` and prices in stock units."""

    sku = serializers.CharField(source="product.sku")
    said = serializers.SerializerMethodField()

    class Meta:
        model = CallQuestion
        fields = (
            "position", "asked", "product", "sku", "typed_quantity", "unit", "quantity", "wanted", "warehouse",
            "currency", "unit_price", "net_amount", "price_steps", "ship_date", "in_stock", "source", "asked_at", "said",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """Prices are for those who may see them."""
        fields = super().get_fields()
        if not may_see(self, "orders.view_price"):
            for name in ("unit_price", "net_amount", "price_steps"):
                fields.pop(name)
        return fields

    def get_said(self, question: CallQuestion) -> str:
        return say_question(question, with_price=may_see(self, "orders.view_price"))


class CallDetailSerializer(CallSerializer):
    questions = QuestionSerializer(many=True)
    made = serializers.ListField(child=serializers.DictField(), read_only=True)

    class Meta(CallSerializer.Meta):
        fields = (*CallSerializer.Meta.fields, "questions", "made")  # type: ignore[assignment]


class CallerSerializer(serializers.Serializer[Any]):
    """A customer who may be calling, and what was found."""

    customer = serializers.IntegerField(source="customer.pk")
    code = serializers.CharField(source="customer.code")
    name = serializers.CharField(source="customer.name")
    contact = serializers.IntegerField(source="contact.pk", default=None)
    why = serializers.CharField()
    exact = serializers.BooleanField()


class OpenOrderSerializer(serializers.Serializer[Any]):
    """An open order of the caller with the sentence to say."""

    order = serializers.IntegerField(source="order.pk")
    number = serializers.CharField(source="order.number")
    state = serializers.CharField(source="order.state")
    leaves = serializers.DateField(allow_null=True)
    days_late = serializers.IntegerField()
    say = serializers.SerializerMethodField()

    def get_say(self, standing: Any) -> str:
        return say_order(standing)


class StartCallInput(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField(required=False, allow_null=True)
    contact_id = serializers.IntegerField(required=False, allow_null=True)
    found_by = serializers.CharField(required=False, allow_blank=True, max_length=80)


class NameInput(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()
    contact_id = serializers.IntegerField(required=False, allow_null=True)


class CallQuestionInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=200)
    product_id = serializers.IntegerField(required=False, allow_null=True)


class NotesInput(serializers.Serializer[Any]):
    notes = serializers.CharField(max_length=10_000, allow_blank=True)


class EndInput(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(required=False, allow_blank=True, choices=Outcome.choices)
    notes = serializers.CharField(required=False, max_length=10_000, allow_blank=True)


class TurnInput(serializers.Serializer[Any]):
    into = serializers.CharField(max_length=20)
    positions = serializers.ListField(child=serializers.IntegerField(), required=False, allow_null=True)


class CallDoor(StageApi):
    """Answers with the call as it stands now."""

    def shown(self, call_id: int, status: int = 200) -> Response:
        found: Any = call_of(self.actor, call_id)
        made = made_of(self.actor, [found]).get(call_id, [])
        found.made = [{"kind": one.kind, "label": one.label, "url": one.url} for one in made]
        return Response(CallDetailSerializer(found, context={"actor": self.actor}).data, status=status)


class CallersApi(StageApi):
    """Who may be calling (?q= a name, code, PO, number of a document, item or telephone number)."""

    access: ClassVar[dict[str, str]] = READS

    @extend_schema(responses=CallerSerializer(many=True))
    def get(self, request: Request) -> Response:
        hits = callers_found(self.actor, request.query_params.get("q", ""))
        return Response({"results": CallerSerializer(hits, many=True).data})


class CallsApi(CallDoor):
    """Calls, the newest first (filters: text, state, whose, customer); take one."""

    access: ClassVar[dict[str, str]] = READS | WRITES
    idempotent = True

    @extend_schema(responses=CallSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked: dict[str, Any] = {name: request.query_params.get(name) for name in ("text", "state", "whose")}
        customer = request.query_params.get("customer", "")
        rows = call_list(self.actor, {**asked, "customer": int(customer) if customer.isdigit() else None})
        return page(request, rows, CallSerializer, actor=self.actor)

    @extend_schema(request=StartCallInput, responses={201: CallDetailSerializer})
    def post(self, request: Request) -> Response:
        call = services.start_call(actor=self.actor, **self.read(StartCallInput))
        return self.shown(call.pk, status=201)


class CallApi(CallDoor):
    """One call with what was asked, told and made."""

    access: ClassVar[dict[str, str]] = READS

    @extend_schema(responses=CallDetailSerializer)
    def get(self, request: Request, call_id: int) -> Response:
        return self.shown(call_id)


class OpenOrdersApi(StageApi):
    """The caller's open orders with the sentence to say."""

    access: ClassVar[dict[str, str]] = READS

    @extend_schema(responses=OpenOrderSerializer(many=True))
    def get(self, request: Request, call_id: int) -> Response:
        call = call_of(self.actor, call_id)
        rows = open_orders(call.customer, call.company) if call.customer else []
        return Response({"results": OpenOrderSerializer(rows, many=True).data})


class _Does(CallDoor):
    access: ClassVar[dict[str, str]] = WRITES
    verb: ClassVar[Any]
    asks: ClassVar[Any] = None
    status: ClassVar[int] = 200

    def _do(self, call_id: int) -> Response:
        data = self.read(type(self).asks) if type(self).asks else {}
        type(self).verb(call_id=call_id, actor=self.actor, **data)
        return self.shown(call_id, status=type(self).status)


class NameApi(_Does):
    """Say whose call it is."""

    verb = staticmethod(services.name_caller)
    asks = NameInput

    @extend_schema(request=NameInput, responses=CallDetailSerializer)
    def post(self, request: Request, call_id: int) -> Response:
        return self._do(call_id)


class AskApi(_Does):
    """Price and date of "40 of X by Friday": told and kept; nothing is reserved."""

    idempotent = True
    verb = staticmethod(services.answer_question)
    asks = CallQuestionInput
    status = 201

    @extend_schema(request=CallQuestionInput, responses={201: CallDetailSerializer})
    def post(self, request: Request, call_id: int) -> Response:
        return self._do(call_id)


class NotesApi(_Does):
    """Keep what is noted."""

    verb = staticmethod(services.write_notes)
    asks = NotesInput

    @extend_schema(request=NotesInput, responses=CallDetailSerializer)
    def post(self, request: Request, call_id: int) -> Response:
        return self._do(call_id)


class ParkApi(_Does):
    """Let the call wait."""

    verb = staticmethod(services.park_call)

    @extend_schema(request=None, responses=CallDetailSerializer)
    def post(self, request: Request, call_id: int) -> Response:
        return self._do(call_id)


class ResumeApi(_Does):
    """Take a parked call up again."""

    verb = staticmethod(services.resume_call)

    @extend_schema(request=None, responses=CallDetailSerializer)
    def post(self, request: Request, call_id: int) -> Response:
        return self._do(call_id)


class EndApi(_Does):
    """Hang up."""

    verb = staticmethod(services.end_call)
    asks = EndInput

    @extend_schema(request=EndInput, responses=CallDetailSerializer)
    def post(self, request: Request, call_id: int) -> Response:
        return self._do(call_id)


class TurnApi(_Does):
    """Make an order, quote, case or note of what was said."""

    idempotent = True
    verb = staticmethod(services.turn_call)
    asks = TurnInput
    status = 201

    @extend_schema(request=TurnInput, responses={201: CallDetailSerializer})
    def post(self, request: Request, call_id: int) -> Response:
        return self._do(call_id)


urlpatterns = [
    path("calls/", CallsApi.as_view(), name="calls"),
    path("calls/callers/", CallersApi.as_view(), name="callers"),
    path("calls/<int:call_id>/", CallApi.as_view(), name="call"),
    path("calls/<int:call_id>/orders/", OpenOrdersApi.as_view(), name="call-orders"),
    path("calls/<int:call_id>/name/", NameApi.as_view(), name="call-name"),
    path("calls/<int:call_id>/ask/", AskApi.as_view(), name="call-ask"),
    path("calls/<int:call_id>/notes/", NotesApi.as_view(), name="call-notes"),
    path("calls/<int:call_id>/park/", ParkApi.as_view(), name="call-park"),
    path("calls/<int:call_id>/resume/", ResumeApi.as_view(), name="call-resume"),
    path("calls/<int:call_id>/end/", EndApi.as_view(), name="call-end"),
    path("calls/<int:call_id>/turn/", TurnApi.as_view(), name="call-turn"),
]
