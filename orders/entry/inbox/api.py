"""REST views of the order inbox: send a document in, see what was read, put it right, make the order."""

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
from orders.core.api.base import StageApi, may_see, page
from orders.entry.inbox import selectors, services
from orders.entry.inbox.answering import LABELS, AnswerRow, answers_of
from orders.entry.inbox.models import Door, InboxDocument, InboxLine


class InboxDocumentSerializer(serializers.ModelSerializer[InboxDocument]):
    """A document as lists show it."""

    customer_code = serializers.CharField(source="customer.code", default=None)

    class Meta:
        model = InboxDocument
        fields = (
            "id", "filename", "part", "whole", "kind", "door", "state", "reason", "sender", "customer", "customer_code",
            "customer_po", "requested_date", "currency", "line_count", "doubtful_count", "assignee", "order", "job",
            "received_at", "version",
        )  # fmt: skip


class InboxLineSerializer(serializers.ModelSerializer[InboxLine]):
    """A proposed line; ``sure`` holds the confidence of each field in percent, ``why`` what lowers it."""

    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = InboxLine
        fields = (
            "position", "said", "item", "product", "sku", "quantity", "unit", "factor", "stated_price", "wanted", "sure",
            "why", "checked", "left_out", "take_price",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """Prices are for those who may see them."""
        fields = super().get_fields()
        if not may_see(self, "orders.view_price"):
            for name in ("stated_price", "said"):
                fields.pop(name)
        return fields


class InboxDetailSerializer(InboxDocumentSerializer):
    lines = InboxLineSerializer(many=True)

    class Meta(InboxDocumentSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *InboxDocumentSerializer.Meta.fields, "text", "remarks", "sure", "why", "header_checked", "ship_to",
            "ship_to_text", "lines",
        )  # fmt: skip


class SendDocumentInput(serializers.Serializer[Any]):
    """A document as a file (multipart), as ``content`` in base64, or as plain ``text``."""

    file = serializers.FileField(required=False)
    content = serializers.CharField(required=False, max_length=15_000_000)
    text = serializers.CharField(required=False, max_length=1_000_000, trim_whitespace=False)
    filename = serializers.CharField(required=False, max_length=160)
    customer_id = serializers.IntegerField(required=False)
    again = serializers.BooleanField(default=False)


class LineEditInput(serializers.Serializer[Any]):
    position = serializers.IntegerField(required=False, default=0, min_value=0)
    item = serializers.CharField(max_length=80, allow_blank=True)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=20, default="")
    wanted = serializers.DateField(required=False, allow_null=True, default=None)
    checked = serializers.BooleanField(default=False)
    left_out = serializers.BooleanField(default=False)
    take_price = serializers.BooleanField(default=False)


class SaveProposalInput(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField(required=False, allow_null=True)
    customer_po = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")
    requested_date = serializers.DateField(required=False, allow_null=True)
    ship_to_id = serializers.IntegerField(required=False, allow_null=True)
    header_checked = serializers.BooleanField(default=False)
    lines = serializers.ListField(child=LineEditInput(), max_length=5000)


class MakeOrderInput(serializers.Serializer[Any]):
    submit = serializers.BooleanField(default=False)


class AsideInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class MendInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=1_000_000, allow_blank=True, trim_whitespace=False)


class AssignInput(serializers.Serializer[Any]):
    user_id = serializers.IntegerField(required=False)


class InboxDoor(StageApi):
    """Answers with the document as it stands now; its version is the ETag."""

    def shown(self, document_id: int, status: int = 200) -> Response:
        found = selectors.document_of(self.actor, document_id)
        data = InboxDetailSerializer(found, context={"actor": self.actor}).data
        return Response(data, status=status, headers={"ETag": f'"{found.version}"'})


class DocumentsApi(InboxDoor):
    """Documents, the newest first (filters: text, state, kind, whose, customer); send one in."""

    access: ClassVar[dict[str, str]] = {"GET": "entry.write_order", "POST": "entry.write_order"}
    idempotent = True
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(responses=InboxDocumentSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name) for name in ("text", "state", "kind", "whose")}
        customer = request.query_params.get("customer", "")
        rows = selectors.document_list(self.actor, {**asked, "customer": int(customer) if customer.isdigit() else None})
        return page(request, rows, InboxDocumentSerializer, actor=self.actor)

    @extend_schema(request=SendDocumentInput, responses={201: InboxDetailSerializer})
    def post(self, request: Request) -> Response:
        data = self.read(SendDocumentInput)
        content, name = _content(data)
        found = services.receive_document(
            content=content,
            filename=data.get("filename") or name,
            door=Door.PASTE if "text" in data else Door.API,
            customer_id=data.get("customer_id"),
            again=data["again"],
            actor=self.actor,
        )
        return self.shown(found.pk, status=201)


def _content(data: dict[str, Any]) -> tuple[bytes, str]:
    """What was sent, and what it may be called. Raises: InvalidInput"""
    if "file" in data:
        if data["file"].size > services.LARGEST_BYTES:
            raise InvalidInput("The file is larger than 10 MB.", field="file")
        return data["file"].read(), data["file"].name
    if "content" in data:
        try:
            return base64.b64decode(data["content"], validate=True), "document"
        except (binascii.Error, ValueError):
            raise InvalidInput("The content is not base64.", field="content") from None
    if "text" in data:
        return data["text"].encode(), f"“{data['text'].strip()[:60].splitlines()[0]}”" if data["text"].strip() else ""
    raise InvalidInput("Send a file, content in base64, or a text.", field="file")


class DocumentApi(InboxDoor):
    """One document with its proposal; PUT keeps it as somebody put it right."""

    access: ClassVar[dict[str, str]] = {"GET": "entry.write_order", "PUT": "entry.write_order"}

    @extend_schema(responses=InboxDetailSerializer)
    def get(self, request: Request, document_id: int) -> Response:
        return self.shown(document_id)

    @extend_schema(request=SaveProposalInput, responses=InboxDetailSerializer)
    def put(self, request: Request, document_id: int) -> Response:
        data = self.read(SaveProposalInput)
        lines = [services.LineEdit(**line) for line in data.pop("lines")]
        services.save_proposal(
            document_id=document_id, lines=lines, version=self.expected_version(), actor=self.actor, **data
        )
        return self.shown(document_id)


class OrderOfDocumentApi(InboxDoor):
    """Make the order that the document asks for, exactly once; what is doubtful is refused by line."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    idempotent = True

    @extend_schema(request=MakeOrderInput, responses={201: InboxDetailSerializer})
    def post(self, request: Request, document_id: int) -> Response:
        services.make_order(
            document_id=document_id,
            version=self.expected_version(),
            submit=self.read(MakeOrderInput)["submit"],
            actor=self.actor,
        )
        return self.shown(document_id, status=201)


class _Does(InboxDoor):
    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    verb: ClassVar[Any]
    asks: ClassVar[Any] = None

    def _do(self, document_id: int) -> Response:
        data = self.read(type(self).asks) if type(self).asks else {}
        type(self).verb(document_id=document_id, actor=self.actor, **data)
        return self.shown(document_id)


class ReadApi(_Does):
    """Read the document again; what was proposed before gives way."""

    verb = staticmethod(services.read_document)

    @extend_schema(request=None, responses=InboxDetailSerializer)
    def post(self, request: Request, document_id: int) -> Response:
        return self._do(document_id)


class MendApi(_Does):
    """Read a text in place of what the document holds; empty reads the original again."""

    verb = staticmethod(services.mend_document)
    asks = MendInput

    @extend_schema(request=MendInput, responses=InboxDetailSerializer)
    def post(self, request: Request, document_id: int) -> Response:
        return self._do(document_id)


class AssignApi(_Does):
    """Take the document on, or give it to a colleague."""

    verb = staticmethod(services.assign_document)
    asks = AssignInput

    @extend_schema(request=AssignInput, responses=InboxDetailSerializer)
    def post(self, request: Request, document_id: int) -> Response:
        return self._do(document_id)


class AsideApi(_Does):
    """Set the document aside, saying why it is no order."""

    verb = staticmethod(services.set_aside)
    asks = AsideInput

    @extend_schema(request=AsideInput, responses=InboxDetailSerializer)
    def post(self, request: Request, document_id: int) -> Response:
        return self._do(document_id)


class BackApi(_Does):
    """Let a document wait again that was set aside, or whose draft was given up."""

    verb = staticmethod(services.bring_back)

    @extend_schema(request=None, responses=InboxDetailSerializer)
    def post(self, request: Request, document_id: int) -> Response:
        return self._do(document_id)


class InboxAnswerInput(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=list(LABELS))


class InboxAnswerSerializer(serializers.Serializer[Any]):
    """One answer to a document; ``message`` and ``content`` (the file as text) are empty until it is written."""

    answer = serializers.CharField()
    message = serializers.IntegerField(allow_null=True)
    status = serializers.CharField(allow_blank=True)
    recipient = serializers.CharField(allow_blank=True)
    filename = serializers.CharField(allow_blank=True)
    content = serializers.CharField(allow_blank=True)


def _answer(row: AnswerRow, *, with_file: bool) -> dict[str, Any]:
    sent, content = row.message, ""
    if row.file is not None and with_file:
        with row.file.file.open("rb") as file:
            content = file.read().decode()
    return {
        "answer": row.key,
        "message": sent.pk if sent else None,
        "status": sent.status if sent else "",
        "recipient": sent.recipient if sent else "",
        "filename": row.file.filename if row.file else "",
        "content": content,
    }


class AnswersApi(StageApi):
    """The answers for the customer's program, written or not yet; POST writes one, once. Files are for who sees prices."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_price", "POST": "entry.write_order"}
    idempotent = True

    @extend_schema(responses=InboxAnswerSerializer(many=True))
    def get(self, request: Request, document_id: int) -> Response:
        found = selectors.document_of(self.actor, document_id)
        return Response([_answer(row, with_file=True) for row in answers_of(found, self.actor)])

    @extend_schema(request=InboxAnswerInput, responses={201: InboxAnswerSerializer})
    def post(self, request: Request, document_id: int) -> Response:
        key = self.read(InboxAnswerInput)["answer"]
        services.answer_document(document_id=document_id, answer=key, actor=self.actor)
        found = selectors.document_of(self.actor, document_id)
        row = next(row for row in answers_of(found, self.actor) if row.key == key)
        return Response(_answer(row, with_file=self.actor.can("orders.view_price")), status=201)


urlpatterns = [
    path("inbox/", DocumentsApi.as_view(), name="inbox"),
    path("inbox/<int:document_id>/", DocumentApi.as_view(), name="inbox-document"),
    path("inbox/<int:document_id>/order/", OrderOfDocumentApi.as_view(), name="inbox-order"),
    path("inbox/<int:document_id>/read/", ReadApi.as_view(), name="inbox-read"),
    path("inbox/<int:document_id>/mend/", MendApi.as_view(), name="inbox-mend"),
    path("inbox/<int:document_id>/assign/", AssignApi.as_view(), name="inbox-assign"),
    path("inbox/<int:document_id>/set-aside/", AsideApi.as_view(), name="inbox-aside"),
    path("inbox/<int:document_id>/answers/", AnswersApi.as_view(), name="inbox-answers"),
    path("inbox/<int:document_id>/bring-back/", BackApi.as_view(), name="inbox-back"),
]
