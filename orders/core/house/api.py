"""REST of the company and its people: the same services as the screens."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.accounts.roles import ROLE_NAMES
from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.api.serializers import VisibleSerializer
from orders.core.house import services
from orders.core.master.departments import hand_over_department
from orders.core.models import Calendar, Company, Department, Membership


class MemberSerializer(VisibleSerializer):
    username = serializers.CharField(source="user.username", read_only=True)
    full_name = serializers.CharField(source="user.full_name", max_length=120)
    email = serializers.EmailField(source="user.email", required=False, allow_blank=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=list(ROLE_NAMES.items())), allow_empty=False)
    department = serializers.SlugRelatedField(
        slug_field="code", queryset=Department.objects.all(), required=False, allow_null=True
    )

    class Meta:
        model = Membership
        fields: ClassVar = ["id", "username", "full_name", "email", "roles", "department"]

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        actor = self.context.get("actor")
        if actor is not None:
            fields["department"].queryset = Department.objects.filter(company_id=actor.company_id)
        return fields


class NewMemberSerializer(MemberSerializer):
    username = serializers.SlugField(
        max_length=60, help_text="Of somebody in another company that you administer: the login stays as it is."
    )
    full_name = serializers.CharField(source="user.full_name", max_length=120, required=False)
    password = serializers.CharField(write_only=True, max_length=128, required=False)

    class Meta(MemberSerializer.Meta):
        fields: ClassVar = [*MemberSerializer.Meta.fields, "password"]


class PasswordSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(write_only=True, max_length=128)


class CompanySerializer(VisibleSerializer):
    calendar = serializers.SlugRelatedField(slug_field="code", queryset=Calendar.objects.all(), required=False)

    class Meta:
        model = Company
        fields: ClassVar = ["code", *services.COMPANY, "calendar", "currency"]
        read_only_fields: ClassVar = ["code", "currency"]

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        actor = self.context.get("actor")
        if actor is not None:
            fields["calendar"].queryset = Calendar.objects.filter(company_id=actor.company_id)
        return fields


class HandOverSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=20, help_text="Code of the department that takes it over.")


def _values(data: dict[str, Any]) -> dict[str, Any]:
    """What the services take: the login's fields beside the membership's."""
    given = dict(data)
    given |= given.pop("user", {})
    if "department" in given:
        department = given.pop("department")
        given["department_id"] = department.pk if department else None
    return given


class MembersApi(StageApi):
    """Who works here: read them, let somebody in."""

    access: ClassVar = {"GET": services.MANAGE, "POST": services.MANAGE}
    idempotent = True

    @extend_schema(responses=MemberSerializer(many=True), operation_id="member_list")
    def get(self, request: Request) -> Response:
        rows = Membership.objects.filter(company_id=self.actor.company_id).select_related("user", "department")
        return page(request, rows, MemberSerializer, order=("id",), actor=self.actor)

    @extend_schema(request=NewMemberSerializer, responses=MemberSerializer, operation_id="member_enter")
    def post(self, request: Request) -> Response:
        values = _values(self.read(NewMemberSerializer, context={"actor": self.actor}))
        row = services.enter_member(**values, actor=self.actor)
        return Response(MemberSerializer(row, context={"request": request}).data, status=201)


class MemberApi(StageApi):
    """Somebody who works here: read, change, let go. Open work of who goes comes back to the department."""

    access: ClassVar = {"GET": services.MANAGE, "PATCH": services.MANAGE, "DELETE": services.MANAGE}

    @extend_schema(responses=MemberSerializer, operation_id="member_read")
    def get(self, request: Request, member_id: int) -> Response:
        row = Membership.objects.filter(pk=member_id, company_id=self.actor.company_id).first()
        if row is None:
            raise NotFound(f"Nobody here has the number {member_id}.")
        return Response(MemberSerializer(row, context={"request": request}).data)

    @extend_schema(request=MemberSerializer(partial=True), responses=MemberSerializer, operation_id="member_change")
    def patch(self, request: Request, member_id: int) -> Response:
        values = _values(self.read(MemberSerializer, partial=True, context={"actor": self.actor}))
        row = services.change_member(member_id=member_id, values=values, actor=self.actor)
        return Response(MemberSerializer(row, context={"request": request}).data)

    @extend_schema(responses={204: None}, operation_id="member_let_go")
    def delete(self, request: Request, member_id: int) -> Response:
        services.let_go(member_id=member_id, actor=self.actor)
        return Response(status=204)


class MemberPasswordApi(StageApi):
    """A new password for who forgot it."""

    access: ClassVar = {"POST": services.MANAGE}

    @extend_schema(request=PasswordSerializer, responses={204: None}, operation_id="member_password")
    def post(self, request: Request, member_id: int) -> Response:
        services.give_password(member_id=member_id, actor=self.actor, **self.read(PasswordSerializer))
        return Response(status=204)


class CompanyApi(StageApi):
    """The company's own data, as its documents say it."""

    access: ClassVar = {"GET": "orders.view_order", "PATCH": "orders.manage_settings"}

    @extend_schema(responses=CompanySerializer, operation_id="company_read")
    def get(self, request: Request) -> Response:
        company = Company.objects.get(pk=self.actor.company_id)
        return Response(CompanySerializer(company, context={"request": request}).data)

    @extend_schema(request=CompanySerializer(partial=True), responses=CompanySerializer, operation_id="company_change")
    def patch(self, request: Request) -> Response:
        company = services.change_company(
            values=self.read(CompanySerializer, partial=True, context={"actor": self.actor}), actor=self.actor
        )
        return Response(CompanySerializer(company, context={"request": request}).data)


class HandOverApi(StageApi):
    """Give what a department has to another one, and put it out of use."""

    access: ClassVar = {"POST": services.MANAGE}

    @extend_schema(request=HandOverSerializer, responses={204: None}, operation_id="department_hand_over")
    def post(self, request: Request, department_id: int) -> Response:
        code = self.read(HandOverSerializer)["to"]
        heir = Department.objects.filter(company_id=self.actor.company_id, code=code).first()
        hand_over_department(department_id=department_id, to_id=heir.pk if heir else 0, actor=self.actor)
        return Response(status=204)


urlpatterns = [
    path("company/", CompanyApi.as_view(), name="company"),
    path("members/", MembersApi.as_view(), name="members"),
    path("members/<int:member_id>/", MemberApi.as_view(), name="member"),
    path("members/<int:member_id>/password/", MemberPasswordApi.as_view(), name="member-password"),
    path("departments/<int:department_id>/hand-over/", HandOverApi.as_view(), name="hand-over-department"),
]
