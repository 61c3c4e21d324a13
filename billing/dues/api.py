"""What REST says of an invoice beside its lines: tax by code and rate, and when which part is due."""

from typing import Any

from rest_framework import serializers

from billing.models import InvoiceDue


class InvoiceTaxSerializer(serializers.Serializer[Any]):
    tax_code = serializers.CharField()
    tax_rate = serializers.DecimalField(max_digits=7, decimal_places=4)
    net_amount = serializers.DecimalField(max_digits=18, decimal_places=2, source="net")
    tax_amount = serializers.DecimalField(max_digits=18, decimal_places=2, source="tax")


class InvoiceDueSerializer(serializers.ModelSerializer[InvoiceDue]):
    class Meta:
        model = InvoiceDue
        fields = ("position", "due_date", "amount", "open_amount")
