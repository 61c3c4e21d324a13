"""REST of the keys for programs: the same services as the screens."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.accounts.models import ApiToken
from omc.accounts.roles import ROLE_NAMES
from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.api.serializers import VisibleSerializer
from orders.core.house import keys
from orders.core.house.lists import keys_of


class KeySerializer(VisibleSerializer):
    acts_for = serializers.CharField(source="user.username", read_only=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=list(ROLE_NAMES.items())), required=False)

    class Meta:
        model = ApiToken
        fields: ClassVar = [
            "id", "name", "acts_for", "roles", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
        ]  # fmt: skip
        read_only_fields: ClassVar = ["scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]


class NewKeySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=list(ROLE_NAMES.items())),
        required=False,
        help_text="Limits the key to what these roles may do.",
    )
    last_day = serializers.DateField(required=False, allow_null=True)


class MadeKeySerializer(KeySerializer):
    secret = serializers.CharField(read_only=True, help_text="Shown this once.")

    class Meta(KeySerializer.Meta):
        fields: ClassVar = [*KeySerializer.Meta.fields, "secret"]


class KeysApi(StageApi):
    """The keys that programs have here: read them, make one. The answer to that is the only place of its secret."""

    access: ClassVar = {"GET": keys.MANAGE, "POST": keys.MANAGE}

    @extend_schema(responses=KeySerializer(many=True), operation_id="key_list")
    def get(self, request: Request) -> Response:
        return page(request, keys_of(self.actor), KeySerializer, order=("id",), actor=self.actor)

    @extend_schema(request=NewKeySerializer, responses=MadeKeySerializer, operation_id="key_make")
    def post(self, request: Request) -> Response:
        row, secret = keys.make_key(**self.read(NewKeySerializer), actor=self.actor)
        data = KeySerializer(row, context={"request": request}).data | {"secret": secret}
        return Response(data, status=201, headers={"Cache-Control": "no-store"})


class KeyApi(StageApi):
    """A key: read it, take it back."""

    access: ClassVar = {"GET": keys.MANAGE, "DELETE": keys.MANAGE}

    @extend_schema(responses=KeySerializer, operation_id="key_read")
    def get(self, request: Request, key_id: int) -> Response:
        row = keys_of(self.actor).filter(pk=key_id).first()
        if row is None:
            raise NotFound(f"There is no key {key_id}.")
        return Response(KeySerializer(row, context={"request": request}).data)

    @extend_schema(responses={204: None}, operation_id="key_take_back")
    def delete(self, request: Request, key_id: int) -> Response:
        keys.take_back_key(key_id=key_id, actor=self.actor)
        return Response(status=204)


urlpatterns = [
    path("keys/", KeysApi.as_view(), name="keys"),
    path("keys/<int:key_id>/", KeyApi.as_view(), name="key"),
]
