"""REST of messages: what was sent, once more; the words of each kind; what each contact wants."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.message_kinds import kind_of, placeholders_of
from orders.core.models import Contact, Message, MessageWording
from orders.core.selectors import messages as reads
from orders.core.services import messages


class MessageSerializer(serializers.ModelSerializer[Message]):
    class Meta:
        model = Message
        fields = (
            "id", "template", "language", "recipient", "contact", "customer", "order", "subject_type", "subject_id",
            "subject", "body", "status", "error", "attempts", "retry_at", "again_of", "created_at", "sent_at",
        )  # fmt: skip


class ResendInput(serializers.Serializer[Any]):
    recipient = serializers.EmailField(required=False, default="")


class ChoicesShape(serializers.Serializer[Any]):
    choices = serializers.DictField(
        child=serializers.ChoiceField(choices=["", "email", "none"]),
        help_text="By kind of message; empty is the company's usual way.",
    )


class WordingShape(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=200)
    body = serializers.CharField()


class SentApi(StageApi):
    """Messages as they left, the newest first. Filters: kind, status, customer, order."""

    access = {"GET": "orders.view_sent"}

    @extend_schema(responses=MessageSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = reads.messages_seen(self.actor)
        for name, field in (("kind", "template"), ("status", "status")):
            if request.query_params.get(name):
                rows = rows.filter(**{field: request.query_params[name]})
        for name in ("customer", "order"):
            if request.query_params.get(name, "").isdigit():
                rows = rows.filter(**{f"{name}_id": int(request.query_params[name])})
        return page(request, rows, MessageSerializer)


class ResendApi(StageApi):
    """Send a message again with the same words and files."""

    access = {"POST": "orders.tell_customer"}
    idempotent = True

    @extend_schema(request=ResendInput, responses={201: MessageSerializer})
    def post(self, request: Request, message_id: int) -> Response:
        again = messages.resend_message(message_id=message_id, actor=self.actor, **self.read(ResendInput))
        return Response(MessageSerializer(again).data, status=201)


class RetryApi(StageApi):
    """Try a failed message again now."""

    access = {"POST": "orders.tell_customer"}

    @extend_schema(request=None, responses=MessageSerializer)
    def post(self, request: Request, message_id: int) -> Response:
        return Response(MessageSerializer(messages.retry_message(message_id=message_id, actor=self.actor)).data)


class ContactMessagesApi(StageApi):
    """What a contact wants to be told, by kind of message."""

    access = {"GET": "orders.view_order", "PUT": "orders.tell_customer"}

    @extend_schema(responses=ChoicesShape)
    def get(self, request: Request, contact_id: int) -> Response:
        contact = Contact.objects.filter(pk=contact_id, customer__company_id=self.actor.company_id).first()
        if contact is None:
            raise NotFound(f"There is no contact {contact_id}.")
        return self._answer(contact)

    @extend_schema(request=ChoicesShape, responses=ChoicesShape)
    def put(self, request: Request, contact_id: int) -> Response:
        wishes = self.read(ChoicesShape)["choices"]
        return self._answer(messages.choose_messages(contact_id=contact_id, wishes=wishes, actor=self.actor))

    def _answer(self, contact: Contact) -> Response:
        rows = reads.choices_of(contact, self.actor.company_id)
        return Response(
            {
                "choices": {row.kind.key: row.wish for row in rows},
                "usual": {row.kind.key: row.who for row in rows},
            }
        )


class WordingApi(StageApi):
    """The words of a kind of message in a language, with what they may name; a PUT puts new ones in force."""

    access = {"GET": "orders.manage_settings", "PUT": "orders.manage_settings"}

    @extend_schema(responses=WordingShape)
    def get(self, request: Request, kind: str, language: str) -> Response:
        return self._answer(kind, language)

    @extend_schema(request=WordingShape, responses=WordingShape)
    def put(self, request: Request, kind: str, language: str) -> Response:
        messages.save_wording(kind=kind, language=language, actor=self.actor, **self.read(WordingShape))
        return self._answer(kind, language)

    def _answer(self, kind: str, language: str) -> Response:
        declared = kind_of(kind, language)
        words = reads.wording_in_force(self.actor.company_id, declared, language)
        rows = MessageWording.objects.filter(company_id=self.actor.company_id, kind=kind, language=language)
        return Response(
            {
                "subject": words.subject,
                "body": words.body,
                "placeholders": {item.name: str(item.label) for item in placeholders_of(declared)},
                "versions": list(rows.order_by("-number").values("number", "subject", "body", "written_at")[:50]),
            }
        )
