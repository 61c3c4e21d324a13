"""REST views of what the inbox goes by: what was learned of customers, the programs that are answered, the mailbox."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.models import Company, ProductAlias
from orders.entry.inbox import services
from orders.entry.inbox.mailbox import services as mailboxes
from orders.entry.inbox.mailbox.models import Mailbox, Security
from orders.entry.inbox.models import EdiPartner, KnownSender
from orders.entry.inbox.usage import Usage, usage_of_names, usage_of_senders


class UsageSerializer(serializers.Serializer[Usage]):
    """In how many orders it served, and when the document of the last one came in."""

    orders = serializers.IntegerField()
    last = serializers.DateTimeField(allow_null=True)


class ItemNameSerializer(serializers.ModelSerializer[ProductAlias]):
    """What a customer calls one of our items."""

    name = serializers.CharField(source="alias")
    customer_code = serializers.CharField(source="customer.code")
    sku = serializers.CharField(source="product.sku")
    usage = UsageSerializer()

    class Meta:
        model = ProductAlias
        fields = ("id", "name", "customer", "customer_code", "product", "sku", "learned_by", "learned_at", "usage")


class KnownSenderSerializer(serializers.ModelSerializer[KnownSender]):
    """Whose documents come from an EDI id (edi:…), mail address (mail:…) or name (name:…)."""

    customer_code = serializers.CharField(source="customer.code")
    usage = UsageSerializer()

    class Meta:
        model = KnownSender
        fields = ("id", "key", "customer", "customer_code", "learned_from", "learned_by", "learned_at", "usage")


class EdiPartnerSerializer(serializers.ModelSerializer[EdiPartner]):
    """A customer's program; without ``answers_to`` answers go to whoever mailed the order, or wait for download."""

    class Meta:
        model = EdiPartner
        fields = ("id", "key", "last_control", "answers_to")


class MailboxSerializer(serializers.ModelSerializer[Mailbox]):
    """The mailbox that orders are mailed to. Its password is in the environment, under ``password_name``."""

    password_name = serializers.SerializerMethodField()
    has_password = serializers.SerializerMethodField()

    class Meta:
        model = Mailbox
        fields = (
            "is_on", "host", "port", "security", "user", "folder", "looked_at", "read_at", "trouble", "password_name",
            "has_password",
        )  # fmt: skip

    def get_password_name(self, row: Mailbox) -> str:
        return mailboxes.password_name(row.company)

    def get_has_password(self, row: Mailbox) -> bool:
        return bool(mailboxes.password_of(row.company))


class CorrectNameInput(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=80)


class CorrectSenderInput(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()


class SavePartnerInput(serializers.Serializer[Any]):
    answers_to = serializers.EmailField(allow_blank=True)


class SaveMailboxInput(serializers.Serializer[Any]):
    host = serializers.CharField(max_length=200)
    port = serializers.IntegerField(default=993)
    security = serializers.ChoiceField(choices=Security.choices, default=Security.TLS)
    user = serializers.CharField(max_length=200)
    folder = serializers.CharField(max_length=120, default="INBOX")
    is_on = serializers.BooleanField(default=False)


class MailboxTriedSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class _Learned(StageApi):
    """Rows with how often each was used: one query more, whatever the page holds."""

    rows: ClassVar[Any]  # of a company
    usage: ClassVar[Any]  # by row, of a list of them
    shape: ClassVar[type[serializers.BaseSerializer[Any]]]

    def mine(self) -> QuerySet[Any]:
        return type(self).rows(self.actor.company_id)

    def used(self, rows: list[Any]) -> list[Any]:
        found = type(self).usage(rows)
        for row in rows:
            row.usage = found[row.pk]
        return rows

    def listed(self, request: Request) -> Response:
        rows, customer = self.mine(), request.query_params.get("customer", "")
        if customer:
            rows = rows.filter(customer_id=int(customer)) if customer.isdigit() else rows.none()
        return page(request, rows, type(self).shape, prepare=self.used)

    def shown(self, pk: int) -> Response:
        row = self.mine().filter(pk=pk).first()
        if row is None:
            raise NotFound("There is no such row.", id=pk)
        return Response(type(self).shape(self.used([row])[0]).data)


class _Names(_Learned):
    rows = staticmethod(
        lambda company: ProductAlias.objects.filter(company_id=company, customer__isnull=False).select_related(
            "customer", "product"
        )
    )
    usage = staticmethod(usage_of_names)
    shape = ItemNameSerializer


class ItemNamesApi(_Names):
    """What customers call our items, newest first; ``?customer=`` narrows to one."""

    access: ClassVar[dict[str, str]] = {"GET": "entry.write_order"}

    @extend_schema(responses=ItemNameSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(request)


class ItemNameApi(_Names):
    """One name: let it stand for another item, or forget it."""

    access: ClassVar[dict[str, str]] = dict.fromkeys(("GET", "PUT", "DELETE"), "entry.write_order")

    @extend_schema(responses=ItemNameSerializer)
    def get(self, request: Request, name_id: int) -> Response:
        return self.shown(name_id)

    @extend_schema(request=CorrectNameInput, responses=ItemNameSerializer)
    def put(self, request: Request, name_id: int) -> Response:
        services.correct_name(name_id=name_id, actor=self.actor, **self.read(CorrectNameInput))
        return self.shown(name_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, name_id: int) -> Response:
        services.forget_name(name_id=name_id, actor=self.actor)
        return Response(status=204)


class _Senders(_Learned):
    rows = staticmethod(lambda company: KnownSender.objects.filter(company_id=company).select_related("customer"))
    usage = staticmethod(usage_of_senders)
    shape = KnownSenderSerializer


class KnownSendersApi(_Senders):
    """Who writes for which customer, newest first; ``?customer=`` narrows to one."""

    access: ClassVar[dict[str, str]] = {"GET": "entry.write_order"}

    @extend_schema(responses=KnownSenderSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(request)


class KnownSenderApi(_Senders):
    """One sender: let it write for another customer, or forget it."""

    access: ClassVar[dict[str, str]] = dict.fromkeys(("GET", "PUT", "DELETE"), "entry.write_order")

    @extend_schema(responses=KnownSenderSerializer)
    def get(self, request: Request, sender_id: int) -> Response:
        return self.shown(sender_id)

    @extend_schema(request=CorrectSenderInput, responses=KnownSenderSerializer)
    def put(self, request: Request, sender_id: int) -> Response:
        services.correct_sender(sender_id=sender_id, actor=self.actor, **self.read(CorrectSenderInput))
        return self.shown(sender_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, sender_id: int) -> Response:
        services.forget_sender(sender_id=sender_id, actor=self.actor)
        return Response(status=204)


class EdiPartnersApi(StageApi):
    """The programs that were answered, with the last number of their answers."""

    access: ClassVar[dict[str, str]] = {"GET": "entry.import_orders"}

    @extend_schema(responses=EdiPartnerSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, EdiPartner.objects.filter(company_id=self.actor.company_id), EdiPartnerSerializer)


class EdiPartnerApi(StageApi):
    """Where the answers to one program go."""

    access: ClassVar[dict[str, str]] = dict.fromkeys(("GET", "PUT"), "entry.import_orders")

    @extend_schema(responses=EdiPartnerSerializer)
    def get(self, request: Request, partner_id: int) -> Response:
        row = EdiPartner.objects.filter(pk=partner_id, company_id=self.actor.company_id).first()
        if row is None:
            raise NotFound("There is no such partner.")
        return Response(EdiPartnerSerializer(row).data)

    @extend_schema(request=SavePartnerInput, responses=EdiPartnerSerializer)
    def put(self, request: Request, partner_id: int) -> Response:
        row = services.save_partner(partner_id=partner_id, actor=self.actor, **self.read(SavePartnerInput))
        return Response(EdiPartnerSerializer(row).data)


class MailboxApi(StageApi):
    """The company's mailbox; PUT sets it up or changes it, whole."""

    access: ClassVar[dict[str, str]] = dict.fromkeys(("GET", "PUT"), "orders.manage_settings")

    @extend_schema(responses=MailboxSerializer)
    def get(self, request: Request) -> Response:
        row = Mailbox.objects.select_related("company").filter(company_id=self.actor.company_id).first()
        if row is None:
            company = Company.objects.get(pk=self.actor.company_id)
            raise NotFound("No mailbox is set up.", password_name=mailboxes.password_name(company))
        return Response(MailboxSerializer(row).data)

    @extend_schema(request=SaveMailboxInput, responses=MailboxSerializer)
    def put(self, request: Request) -> Response:
        row = mailboxes.save_mailbox(actor=self.actor, **self.read(SaveMailboxInput))
        return Response(MailboxSerializer(row).data)


class TryMailboxApi(StageApi):
    """Log in to the mailbox once and count what is unread; nothing is fetched or marked."""

    access: ClassVar[dict[str, str]] = {"POST": "orders.manage_settings"}

    @extend_schema(request=None, responses=MailboxTriedSerializer)
    def post(self, request: Request) -> Response:
        return Response({"unread": mailboxes.try_mailbox(actor=self.actor)})


urlpatterns = [
    path("names/", ItemNamesApi.as_view(), name="item-names"),
    path("names/<int:name_id>/", ItemNameApi.as_view(), name="item-name"),
    path("senders/", KnownSendersApi.as_view(), name="known-senders"),
    path("senders/<int:sender_id>/", KnownSenderApi.as_view(), name="known-sender"),
    path("partners/", EdiPartnersApi.as_view(), name="edi-partners"),
    path("partners/<int:partner_id>/", EdiPartnerApi.as_view(), name="edi-partner"),
    path("mailbox/", MailboxApi.as_view(), name="mailbox"),
    path("mailbox/try/", TryMailboxApi.as_view(), name="try-mailbox"),
]
