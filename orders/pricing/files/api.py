"""REST views of price files: send one in, see what it would change, mend it, publish it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.api.serializers import VisibleSerializer
from orders.pricing.files import selectors, services
from orders.pricing.files.models import PriceFile, PriceFileRow


class PriceFileSerializer(serializers.ModelSerializer[PriceFile]):
    """``counts`` says how many rows are new, changed, same, ended and refused; empty until they are compared."""

    class Meta:
        model = PriceFile
        fields = (
            "id", "price_list", "filename", "whole", "valid_from", "counts", "checked_at", "job", "created_by",
            "created_at", "published_by", "published_at", "version",
        )  # fmt: skip


class PriceFileRowSerializer(VisibleSerializer):
    class Meta:
        model = PriceFileRow
        fields = (
            "number", "outcome", "sku", "product", "min_quantity", "unit", "unit_price", "percent", "break_group",
            "valid_from", "valid_to", "price_before", "percent_before", "change_percent", "column", "message",
        )  # fmt: skip


class SendPriceFileInput(serializers.Serializer[Any]):
    file = serializers.FileField()
    valid_from = serializers.DateField()
    whole = serializers.BooleanField(default=False)
    again = serializers.BooleanField(default=False)


class PriceCellInput(serializers.Serializer[Any]):
    row = serializers.IntegerField(min_value=2)
    column = serializers.CharField(max_length=20)
    text = serializers.CharField(max_length=300, allow_blank=True)


class MendPriceFileInput(serializers.Serializer[Any]):
    cells = PriceCellInput(many=True, default=list)
    valid_from = serializers.DateField(required=False)


class PublishPriceFileInput(serializers.Serializer[Any]):
    good_only = serializers.BooleanField(default=False)


class PriceFilesApi(StageApi):
    """Send a file of prices in for a list. It is compared; nothing changes before it is published."""

    access = {"POST": "pricing.edit_price_list"}
    parser_classes = (MultiPartParser,)

    @extend_schema(request={"multipart/form-data": SendPriceFileInput}, responses={201: PriceFileSerializer})
    def post(self, request: Request, list_id: int) -> Response:
        data = self.read(SendPriceFileInput)
        upload = data.pop("file")
        file = services.open_price_file(
            list_id=list_id, content=upload.read(), filename=upload.name, actor=self.actor, **data
        )
        return Response(PriceFileSerializer(file).data, status=201)


class PriceFileApi(StageApi):
    """One file; PATCH mends cells by row and column, or its day, and compares it again."""

    access = {"GET": "orders.view_price", "PATCH": "pricing.edit_price_list"}
    parser_classes = (JSONParser,)

    @extend_schema(responses=PriceFileSerializer)
    def get(self, request: Request, file_id: int) -> Response:
        return Response(PriceFileSerializer(selectors.price_file_of(self.actor, file_id)).data)

    @extend_schema(request=MendPriceFileInput, responses=PriceFileSerializer)
    def patch(self, request: Request, file_id: int) -> Response:
        data = self.read(MendPriceFileInput)
        cells = {(cell["row"], cell["column"]): cell["text"] for cell in data["cells"]}
        services.mend_price_file(file_id=file_id, cells=cells, valid_from=data.get("valid_from"), actor=self.actor)
        return self.get(request, file_id)


class PriceFileRowsApi(StageApi):
    """What each row would do (filter: outcome)."""

    access = {"GET": "orders.view_price"}

    @extend_schema(responses=PriceFileRowSerializer(many=True))
    def get(self, request: Request, file_id: int) -> Response:
        file = selectors.price_file_of(self.actor, file_id)
        rows = selectors.compared_rows(file, request.query_params.get("outcome", ""))
        return page(request, rows, PriceFileRowSerializer, order=("number",))


class PublishPriceFileApi(StageApi):
    """Make it the next version of its list; ``good_only`` leaves items with a refused row as they are."""

    access = {"POST": "pricing.edit_price_list"}

    @extend_schema(request=PublishPriceFileInput, responses=PriceFileSerializer)
    def post(self, request: Request, file_id: int) -> Response:
        services.publish_price_file(file_id=file_id, actor=self.actor, **self.read(PublishPriceFileInput))
        return Response(PriceFileSerializer(selectors.price_file_of(self.actor, file_id)).data)
