"""Quotes won and lost by REST."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.actor import require
from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi
from orders.pricing.forms import PeriodForm
from orders.pricing.selectors.won_lost import DIMENSIONS, won_and_lost


class WonLostSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    sent = serializers.IntegerField()
    won = serializers.IntegerField()
    lost = serializers.IntegerField()
    ran_out = serializers.IntegerField()
    with_customer = serializers.IntegerField()
    rate = serializers.DecimalField(9, 2, allow_null=True, help_text="Percent of decided quotes.")
    rate_by_value = serializers.DecimalField(9, 2, allow_null=True)
    won_base = serializers.DecimalField(18, 2)
    decided_base = serializers.DecimalField(18, 2)
    median_minutes = serializers.FloatField(allow_null=True)


class LostReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    quotes = serializers.IntegerField()
    net_base = serializers.DecimalField(18, 2)


class WonLostReportSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    whole = WonLostSerializer()
    writer = WonLostSerializer(many=True)
    customer_class = WonLostSerializer(many=True)
    month = WonLostSerializer(many=True)
    reasons = LostReasonSerializer(many=True)


class WonLostApi(StageApi):
    """What became of the quotes sent in a period; the last twelve months unless it says another."""

    access = {"GET": "orders.view_price"}

    @extend_schema(
        parameters=[OpenApiParameter("first", str, description="A day"), OpenApiParameter("last", str)],
        responses=WonLostReportSerializer,
    )
    def get(self, request: Request) -> Response:
        require(self.actor, "pricing.view_quote")
        form = PeriodForm(request.query_params)
        if not form.is_valid():
            raise InvalidInput("Give days like 2026-12-31.", field=str(next(iter(form.errors))))
        report = won_and_lost(self.actor, **form.cleaned_data)
        reasons = [{"reason": code, "quotes": n, "net_base": net} for code, _words, n, net in report.reasons]
        told = {"first": report.first, "last": report.last, "whole": report.whole, "reasons": reasons}
        return Response(WonLostReportSerializer(told | {key: report.by[key] for key in DIMENSIONS}).data)
