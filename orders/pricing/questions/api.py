"""REST views of price questions."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, page
from orders.core.api.serializers import VisibleSerializer
from orders.pricing.questions import report, selectors, services
from orders.pricing.questions.models import Answer, PriceQuestion


class PriceQuestionSerializer(VisibleSerializer):
    """Quantity and prices per stock unit, in ``currency``."""

    sku = serializers.CharField(source="product.sku", read_only=True)

    class Meta:
        model = PriceQuestion
        fields = (
            "id", "state", "customer", "product", "sku", "order", "quote", "call_id", "quantity", "typed_quantity",
            "unit", "currency", "asked_price", "system_price", "reason", "asked_by", "asked_at", "due_at", "decider",
            "bounces", "closed_at", "answer", "unit_price", "words", "valid_until", "used_at", "not_used_because",
        )  # fmt: skip


class AskPriceInput(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()
    product_id = serializers.IntegerField(required=False)
    sku = serializers.CharField(required=False, max_length=60)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit = serializers.CharField(required=False, max_length=10)
    unit_price = serializers.DecimalField(required=False, allow_null=True, max_digits=18, decimal_places=4)
    reason = serializers.CharField(max_length=300)
    decider_id = serializers.IntegerField(required=False)
    order_id = serializers.IntegerField(required=False)
    quote_id = serializers.IntegerField(required=False)
    call_id = serializers.IntegerField(required=False)


class AnswerPriceInput(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=Answer.choices)
    unit_price = serializers.DecimalField(required=False, allow_null=True, max_digits=18, decimal_places=4)
    words = serializers.CharField(required=False, max_length=300, allow_blank=True)
    valid_until = serializers.DateField(required=False, allow_null=True)


class PassPriceInput(serializers.Serializer[Any]):
    decider_id = serializers.IntegerField()
    why = serializers.CharField(required=False, max_length=300, allow_blank=True)


class WithdrawPriceInput(serializers.Serializer[Any]):
    why = serializers.CharField(required=False, max_length=300, allow_blank=True)


class QuestionFiguresSerializer(serializers.Serializer[Any]):
    """Working minutes; ``lost_base`` in company currency."""

    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    waiting = serializers.IntegerField()
    late = serializers.IntegerField()
    bounced = serializers.IntegerField()
    bounces = serializers.IntegerField()
    departments = serializers.DecimalField(max_digits=6, decimal_places=1, allow_null=True)
    median_minutes = serializers.IntegerField(allow_null=True)
    p90_minutes = serializers.IntegerField(allow_null=True)
    lost_quotes = serializers.IntegerField()
    lost_questions = serializers.IntegerField()
    lost_base = serializers.DecimalField(max_digits=18, decimal_places=2)


class QuestionDoor(StageApi):
    """Answers with the question as it stands now."""

    def shown(self, question_id: int, status: int = 200) -> Response:
        found = selectors.question_of(self.actor, question_id)
        return Response(PriceQuestionSerializer(found, context={"actor": self.actor}).data, status=status)


class QuestionsApi(QuestionDoor):
    """Price questions, those that wait unless ``state`` says another (or all); POST asks one."""

    access = {"GET": "orders.view_price", "POST": "pricing.write_quote"}
    idempotent = True

    @extend_schema(responses=PriceQuestionSerializer(many=True))
    def get(self, request: Request) -> Response:
        named = {name: request.query_params.get(name) for name in ("state", "mine", "late", "bounced", "answer")}
        for name in ("customer", "product", "decider"):
            if value := request.query_params.get(name):
                if not value.isdecimal():
                    raise InvalidInput("Name it by its number.", field=name)
                named[name] = value
        return page(request, selectors.question_list(self.actor, named), PriceQuestionSerializer, actor=self.actor)

    @extend_schema(request=AskPriceInput, responses={201: PriceQuestionSerializer})
    def post(self, request: Request) -> Response:
        asked = services.ask_price(actor=self.actor, **self.read(AskPriceInput))
        return self.shown(asked.pk, status=201)


class QuestionApi(QuestionDoor):
    """One question; POST answers it."""

    access = {"GET": "orders.view_price", "POST": selectors.DECIDE}

    @extend_schema(responses=PriceQuestionSerializer)
    def get(self, request: Request, question_id: int) -> Response:
        return self.shown(question_id)

    @extend_schema(operation_id="pricing_questions_answer", request=AnswerPriceInput, responses=PriceQuestionSerializer)
    def post(self, request: Request, question_id: int) -> Response:
        services.answer_question(question_id=question_id, actor=self.actor, **self.read(AnswerPriceInput))
        return self.shown(question_id)


class PassQuestionApi(QuestionDoor):
    """Pass it on to a colleague who may decide, or take it over."""

    access = {"POST": selectors.DECIDE}

    @extend_schema(request=PassPriceInput, responses=PriceQuestionSerializer)
    def post(self, request: Request, question_id: int) -> Response:
        services.pass_question(question_id=question_id, actor=self.actor, **self.read(PassPriceInput))
        return self.shown(question_id)


class WithdrawQuestionApi(QuestionDoor):
    """The asker needs no answer any more."""

    access = {"POST": "pricing.write_quote"}

    @extend_schema(request=WithdrawPriceInput, responses=PriceQuestionSerializer)
    def post(self, request: Request, question_id: int) -> Response:
        services.withdraw_question(question_id=question_id, actor=self.actor, **self.read(WithdrawPriceInput))
        return self.shown(question_id)


class UseAnswerApi(QuestionDoor):
    """Put the answered price where it was asked for, once."""

    access = {"POST": "pricing.write_quote"}

    @extend_schema(request=None, responses=PriceQuestionSerializer)
    def post(self, request: Request, question_id: int) -> Response:
        services.use_answer(question_id=question_id, actor=self.actor)
        return self.shown(question_id)


class QuestionReportApi(StageApi):
    """How long questions asked since a day waited (``since``, by default 90 days back)."""

    access = {"GET": "orders.view_price"}

    @extend_schema(responses=QuestionFiguresSerializer)
    def get(self, request: Request) -> Response:
        said = request.query_params.get("since", "")
        try:
            since = date.fromisoformat(said) if said else report.usual_since(self.actor)
        except ValueError:
            raise InvalidInput("Write the day as 2026-11-23.", field="since") from None
        return Response(QuestionFiguresSerializer(report.question_report(self.actor, since).all).data)
