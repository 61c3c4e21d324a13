"""REST of the cycle wall and the executive's figures: the same reads as their screens, and the rows behind each number."""

from collections.abc import Callable
from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.selectors import figures
from analytics.selectors.behind import ROWS
from analytics.selectors.figures import PERIODS, Figure
from analytics.selectors.wall import SHOWS, SORTS, waited, waiting_rows, wall
from omc.lib.errors import NotFound
from omc.lib.registry import registry
from orders.core.api.base import StageApi, may_see, page
from orders.core.models import Company

SEE = "analytics.view_insights"
MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 2}
MINUTES: dict[str, Any] = {"max_digits": 20, "decimal_places": 4}


class WallStageSerializer(serializers.Serializer[Any]):
    """Waiting in working minutes, by whose time it was; value in company currency, null for whom prices are hidden."""

    number = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    departments = serializers.ListField(child=serializers.CharField())
    documents = serializers.IntegerField()
    orders = serializers.IntegerField()
    overdue = serializers.IntegerField()
    value_base = serializers.DecimalField(**MONEY, allow_null=True)
    value_days = serializers.DecimalField(**MONEY, allow_null=True)
    median_minutes = serializers.DecimalField(**MINUTES, allow_null=True)
    unattended_minutes = serializers.DecimalField(**MINUTES, source="unattended")
    customer_minutes = serializers.DecimalField(**MINUTES, source="customer")
    supply_minutes = serializers.DecimalField(**MINUTES, source="supply")
    worked_minutes = serializers.DecimalField(**MINUTES, source="worked")
    oldest = serializers.DateTimeField(allow_null=True)


class WallSerializer(serializers.Serializer[Any]):
    """``refreshed_at`` is when the wall was last measured; null is never."""

    refreshed_at = serializers.DateTimeField(allow_null=True)
    currency = serializers.CharField()
    documents = serializers.IntegerField()
    overdue = serializers.IntegerField()
    stages = WallStageSerializer(many=True)


class WaitingDocumentSerializer(serializers.Serializer[Any]):
    """One open document. Working minutes until now, by whose time they were; value is left out where prices are hidden."""

    subject_type = serializers.CharField(source="row.subject_type")
    subject_id = serializers.IntegerField(source="row.subject_id")
    order = serializers.IntegerField(source="row.order_id", allow_null=True)
    order_number = serializers.CharField(source="row.order.number", default=None)
    customer = serializers.IntegerField(source="row.customer_id", allow_null=True)
    customer_name = serializers.CharField(source="row.customer.name", default=None)
    duty = serializers.CharField(source="row.duty.name")
    value_base = serializers.DecimalField(**MONEY, source="row.value_base")
    opened_at = serializers.DateTimeField(source="row.opened_at")
    due_at = serializers.DateTimeField(source="row.due_at", allow_null=True)
    runs_for = serializers.CharField(source="row.runs_for")
    unattended_minutes = serializers.DecimalField(**MINUTES, source="unattended")
    customer_minutes = serializers.DecimalField(**MINUTES, source="customer")
    supply_minutes = serializers.DecimalField(**MINUTES, source="supply")
    worked_minutes = serializers.DecimalField(**MINUTES, source="row.worked")

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        if not may_see(self, "orders.view_price"):
            found.pop("value_base")
        return found


class FigureMonthSerializer(serializers.Serializer[Any]):
    month = serializers.DateField()
    value = serializers.DecimalField(**MONEY, allow_null=True)


class FigureSerializer(serializers.Serializer[Any]):
    """A figure of a period; null is not in this data. Changes are percent for money, points for percent."""

    key = serializers.CharField(source="about.key")
    name = serializers.CharField(source="about.name")
    definition = serializers.CharField(source="about.definition")
    formula = serializers.CharField(source="about.formula")
    unit = serializers.CharField()
    first = serializers.DateField(source="span.first")
    last = serializers.DateField(source="span.last")
    value = serializers.DecimalField(**MONEY, allow_null=True)
    n = serializers.IntegerField()
    counted = serializers.CharField(source="about.counted")
    is_few = serializers.BooleanField()
    previous = serializers.DecimalField(**MONEY, allow_null=True)
    change_previous = serializers.DecimalField(max_digits=9, decimal_places=1, allow_null=True)
    last_year = serializers.DecimalField(**MONEY, allow_null=True)
    change_year = serializers.DecimalField(max_digits=9, decimal_places=1, allow_null=True)
    months = FigureMonthSerializer(many=True)


class FigureRowSerializer(serializers.Serializer[Any]):
    """One row behind a figure, in company currency; what a figure does not count by is null."""

    order = serializers.IntegerField(allow_null=True)
    order_number = serializers.CharField(allow_null=True)
    invoice = serializers.IntegerField(allow_null=True)
    invoice_number = serializers.CharField(allow_null=True)
    sku = serializers.CharField(allow_null=True)
    customer = serializers.IntegerField()
    customer_name = serializers.CharField()
    day = serializers.DateField(allow_null=True)
    amount = serializers.DecimalField(**MONEY, allow_null=True)
    cost = serializers.DecimalField(**MONEY, allow_null=True)
    due_lines = serializers.IntegerField(allow_null=True)
    on_time_lines = serializers.IntegerField(allow_null=True)


PERIOD = OpenApiParameter("days", int, enum=PERIODS, description="Length of the period up to the company's day.")


class InsightsApi(StageApi):
    """What the insights read with: the caller's company and the period asked for."""

    @property
    def company(self) -> Company:
        return Company.objects.get(pk=self.actor.company_id)

    def days(self) -> int:
        asked = self.request.query_params.get("days", "")
        return int(asked) if asked.isdigit() and int(asked) in PERIODS else PERIODS[0]

    def figure(self, key: str) -> Figure:
        """Raises: NotFound, also where the role does not show it"""
        found = figures.figures(self.company, self.actor, self.days())
        figure = next((one for one in found if one.about.key == key), None)
        if figure is None:
            raise NotFound(f"There is no figure {key}.")
        return figure


class WallApi(InsightsApi):
    """The ten stages: what waits in each, what it is worth, for how long and for whom."""

    access = {"GET": SEE}

    @extend_schema(responses=WallSerializer)
    def get(self, request: Request) -> Response:
        found = wall(self.actor)
        told = {name: getattr(found, name) for name in ("refreshed_at", "documents", "overdue", "stages")}
        return Response(WallSerializer(told | {"currency": self.company.currency}).data)


class WallStageApi(InsightsApi):
    """Exactly the documents that one stage of the wall counts."""

    access = {"GET": SEE}

    @extend_schema(
        parameters=[OpenApiParameter("show", str, enum=SHOWS), OpenApiParameter("sort", str, enum=tuple(SORTS))],
        responses=WaitingDocumentSerializer(many=True),
    )
    def get(self, request: Request, number: int) -> Response:
        if number not in {stage.number for stage in registry.stages}:
            raise NotFound(f"There is no stage {number}.")
        show, sort = (request.query_params.get(name, "") for name in ("show", "sort"))
        by_value = sort == "value" and self.actor.can("orders.view_price")
        return page(
            request,
            waiting_rows(self.actor, number, show if show in SHOWS else ""),
            WaitingDocumentSerializer,
            order=SORTS["value" if by_value else "oldest"],
            prepare=lambda rows: waited(self.actor, rows),
        )


class FiguresApi(InsightsApi):
    """The executive's figures that the caller's role shows."""

    access = {"GET": SEE}

    @extend_schema(parameters=[PERIOD], responses=FigureSerializer(many=True))
    def get(self, request: Request) -> Response:
        company = self.company
        found = figures.figures(company, self.actor, self.days())
        return Response([_told(one, company.currency) for one in found])


class FigureApi(InsightsApi):
    """One of the figures."""

    access = {"GET": SEE}

    @extend_schema(parameters=[PERIOD], responses=FigureSerializer)
    def get(self, request: Request, key: str) -> Response:
        return Response(_told(self.figure(key), self.company.currency))


class FigureRowsApi(InsightsApi):
    """Exactly the rows that a figure is made of."""

    access = {"GET": SEE}

    @extend_schema(parameters=[PERIOD], responses=FigureRowSerializer(many=True))
    def get(self, request: Request, key: str) -> Response:
        figure = self.figure(key)
        rows_behind, order = ROWS[key]
        rows = rows_behind(self.actor, figure.span)
        read = ROW_OF[key]
        return page(
            request, rows, FigureRowSerializer, order=order, prepare=lambda found: [NO_ROW | read(row) for row in found]
        )


def _told(figure: Figure, currency: str) -> Any:
    names = ("about", "span", "value", "n", "is_few", "previous", "change_previous", "last_year", "change_year")
    shown = {name: getattr(figure, name) for name in names}
    months = [{"month": month, "value": value} for month, value in figure.months]
    return FigureSerializer(shown | {"unit": "%" if figure.about.percent else currency, "months": months}).data


NO_ROW: dict[str, Any] = dict.fromkeys(FigureRowSerializer().fields)


def _of_order(order: Any) -> dict[str, Any]:
    customer = {"customer": order.customer_id, "customer_name": order.customer.name}
    return customer | {"order": order.pk, "order_number": order.number}


def _of_invoice(invoice: Any) -> dict[str, Any]:
    customer = {"customer": invoice.customer_id, "customer_name": invoice.customer.name, "day": invoice.invoice_date}
    return customer | {"invoice": invoice.pk, "invoice_number": invoice.number, "order": invoice.order_id}


ROW_OF: dict[str, Callable[[Any], dict[str, Any]]] = {
    "bookings": lambda row: _of_order(row.order) | {"day": row.day, "amount": row.booked_base},
    "sales": lambda row: _of_invoice(row) | {"order_number": row.order and row.order.number, "amount": row.sold_base},
    "margin": lambda row: (
        _of_invoice(row.invoice)
        | {"sku": row.product and row.product.sku, "amount": row.signed_net, "cost": row.signed_cost}
    ),
    "backlog": lambda row: _of_order(row) | {"day": row.current_promise, "amount": row.open_base},
    "on-time": lambda row: (
        _of_order(row.order) | {"day": row.day, "due_lines": row.due_lines, "on_time_lines": row.on_time_lines}
    ),
}

urlpatterns = [
    path("wall/", WallApi.as_view(), name="wall"),
    path("wall/<int:number>/", WallStageApi.as_view(), name="wall-stage"),
    path("figures/", FiguresApi.as_view(), name="figures"),
    path("figures/<slug:key>/", FigureApi.as_view(), name="figure"),
    path("figures/<slug:key>/rows/", FigureRowsApi.as_view(), name="figure-rows"),
]
