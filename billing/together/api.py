"""REST views of invoicing together."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.together.registrations import KIND
from billing.together.selectors import waiting_groups
from orders.core.api.base import StageApi
from orders.core.services.jobs import start_job


class TogetherSerializer(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField(source="key.customer_id")
    customer = serializers.CharField()
    bill_to_id = serializers.IntegerField(source="key.bill_to_id", allow_null=True)
    currency = serializers.CharField(source="key.currency")
    customer_po = serializers.CharField(source="key.customer_po", allow_null=True)
    every = serializers.CharField()
    until = serializers.DateField()
    due = serializers.ListField(child=serializers.IntegerField(), help_text="Shipments that left by then.")
    later = serializers.ListField(child=serializers.IntegerField(), help_text="Shipments that left since.")


class TogetherInput(serializers.Serializer[Any]):
    early = serializers.BooleanField(default=False, help_text="Also what left after the period's end.")


class TogetherJobSerializer(serializers.Serializer[Any]):
    job_id = serializers.IntegerField()


class TogetherApi(StageApi):
    """Invoices to come over several shipments; POST starts the job that posts them."""

    access = {"GET": "billing.view_invoice", "POST": "billing.post_invoice"}

    @extend_schema(responses=TogetherSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(TogetherSerializer(waiting_groups(self.actor), many=True).data)

    @extend_schema(request=TogetherInput, responses={202: TogetherJobSerializer})
    def post(self, request: Request) -> Response:
        run = start_job(kind=KIND, inputs=dict(self.read(TogetherInput)), actor=self.actor)
        return Response({"job_id": run.pk}, status=202)


urlpatterns = [path("together/", TogetherApi.as_view(), name="together")]
