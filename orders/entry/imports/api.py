"""REST of imports: send a file, see what would become of it, say its columns, mend cells, take."""

import base64
import binascii
from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, page
from orders.entry.imports import selectors, services
from orders.entry.imports.models import OrderFile

MAY = "entry.import_orders"


class OrderFileSerializer(serializers.ModelSerializer[OrderFile]):
    class Meta:
        model = OrderFile
        fields = ("id", "filename", "created_at", "taken_at", "submit", "orders_made", "rows_refused")


class OrderFileDetailSerializer(serializers.ModelSerializer[OrderFile]):
    """``outcome`` is empty until the rows were looked at as they are; ``job`` works on a long file."""

    customer = serializers.CharField(source="customer.code", default=None)
    outcome = serializers.SerializerMethodField()
    job = serializers.IntegerField(source="job_id", allow_null=True)
    job_state = serializers.CharField(source="job.status", default=None)
    orders = serializers.SerializerMethodField()

    class Meta:
        model = OrderFile
        fields = (
            *OrderFileSerializer.Meta.fields, "customer", "heads", "columns", "outcome", "job", "job_state", "orders",
        )  # fmt: skip

    def get_outcome(self, file: OrderFile) -> dict[str, Any]:
        """Counts, and the wrong rows by column; no prices."""
        shown = selectors.facts_of(file)
        return {name: shown[name] for name in ("rows", "orders", "lines", "customers", "wrong") if name in shown}

    def get_orders(self, file: OrderFile) -> list[int]:
        return list(selectors.made_of(file).values_list("order_id", flat=True))


class SendFileInput(serializers.Serializer[Any]):
    file = serializers.FileField(required=False)
    content = serializers.CharField(required=False, help_text="The file in base64.")
    text = serializers.CharField(required=False, max_length=2_000_000, trim_whitespace=False)
    filename = serializers.CharField(required=False, max_length=160, default="")
    customer_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    submit = serializers.BooleanField(default=False)


class MendedCell(serializers.Serializer[Any]):
    row = serializers.IntegerField(min_value=1)
    column = serializers.CharField(max_length=20)
    text = serializers.CharField(max_length=300, allow_blank=True)


class ChangeFileInput(serializers.Serializer[Any]):
    columns = serializers.ListField(child=serializers.CharField(allow_blank=True, max_length=20), required=False)
    customer_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    submit = serializers.BooleanField(default=False)
    cells = serializers.ListField(child=MendedCell(), default=list, max_length=5000)


class TakeFileInput(serializers.Serializer[Any]):
    good_only = serializers.BooleanField(default=False)
    again = serializers.BooleanField(default=False)


class FileDoor(StageApi):
    def shown(self, file_id: int, status: int = 200) -> Response:
        return Response(OrderFileDetailSerializer(selectors.file_of(file_id, self.actor)).data, status=status)

    def look(self, file: OrderFile) -> None:
        """At once, or by a job when it is long."""
        if len(file.rows) > services.AT_ONCE:
            services.start(file_id=file.pk, take=False, actor=self.actor)
        else:
            services.look_at(file_id=file.pk, actor=self.actor)


class ImportsApi(FileDoor):
    """Files of order lines, the newest first; send one in to be looked at."""

    access: ClassVar[dict[str, str]] = {"GET": MAY, "POST": MAY}
    idempotent = True
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(responses=OrderFileSerializer(many=True), operation_id="order_file_list")
    def get(self, request: Request) -> Response:
        return page(request, selectors.file_list(self.actor), OrderFileSerializer, actor=self.actor)

    @extend_schema(request=SendFileInput, responses={201: OrderFileDetailSerializer}, operation_id="order_file_send")
    def post(self, request: Request) -> Response:
        data = self.read(SendFileInput)
        content, name = _content(data)
        file = services.open_file(
            content=content,
            filename=data["filename"] or name,
            customer_id=data["customer_id"],
            submit=data["submit"],
            actor=self.actor,
        )
        try:
            self.look(file)
        except InvalidInput:
            pass  # a needed column is not known yet: the answer's columns show which
        return self.shown(file.pk, status=201)


def _content(data: dict[str, Any]) -> tuple[bytes, str]:
    if "file" in data:
        return data["file"].read(), data["file"].name
    if "content" in data:
        try:
            return base64.b64decode(data["content"], validate=True), "file"
        except (binascii.Error, ValueError):
            raise InvalidInput("The content is not base64.", field="content") from None
    if data.get("text", "").strip():
        return data["text"].encode(), "text"
    raise InvalidInput("Send a file, content in base64, or a text.", field="file")


class ImportApi(FileDoor):
    """One file; PUT says its columns (with customer and submit) or mends cells, and looks again."""

    access: ClassVar[dict[str, str]] = {"GET": MAY, "PUT": MAY}

    @extend_schema(responses=OrderFileDetailSerializer, operation_id="order_file_read")
    def get(self, request: Request, file_id: int) -> Response:
        return self.shown(file_id)

    @extend_schema(request=ChangeFileInput, responses=OrderFileDetailSerializer, operation_id="order_file_change")
    def put(self, request: Request, file_id: int) -> Response:
        data = self.read(ChangeFileInput)
        if "columns" in data:
            services.change_file(
                file_id=file_id,
                columns=data["columns"],
                customer_id=data["customer_id"],
                submit=data["submit"],
                actor=self.actor,
            )
        cells = {(cell["row"], cell["column"]): cell["text"] for cell in data["cells"]}
        self.look(services.mend_file(file_id=file_id, cells=cells, actor=self.actor))
        return self.shown(file_id)


class TakeImportApi(FileDoor):
    """Make the orders: at once, or by a job when the file is long."""

    access: ClassVar[dict[str, str]] = {"POST": MAY}
    idempotent = True

    @extend_schema(request=TakeFileInput, responses=OrderFileDetailSerializer, operation_id="order_file_take")
    def post(self, request: Request, file_id: int) -> Response:
        data = self.read(TakeFileInput)
        file = selectors.file_of(file_id, self.actor)
        if len(file.rows) > services.AT_ONCE:
            services.start(file_id=file_id, take=True, actor=self.actor, **data)
        else:
            services.take_file(file_id=file_id, actor=self.actor, **data)
            if file.submit:
                services.hand_in(file_id=file_id, actor=self.actor)
        return self.shown(file_id)


urlpatterns = [
    path("imports/", ImportsApi.as_view(), name="imports"),
    path("imports/<int:file_id>/", ImportApi.as_view(), name="import"),
    path("imports/<int:file_id>/take/", TakeImportApi.as_view(), name="import-take"),
]
