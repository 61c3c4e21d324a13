"""REST of master data: enter and change records and their parts. ETag is the number of the last change."""

from typing import Any, ClassVar

from django.db.models import Model
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.accounts.models import User
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.api.serializers import VisibleSerializer
from orders.core.master import services
from orders.core.master.kinds import KINDS, Kind, Part
from orders.core.master.selectors import record_of, version_of
from orders.core.models import Product

SECRET = {"sources": "orders.view_cost", "items": "orders.view_cost"}


class CodeField(serializers.SlugRelatedField[Any]):
    """A row of the actor's company by its code."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        actor: Actor | None = self.context.get("actor")
        if rows is None or actor is None:
            return rows
        if rows.model is User:
            return rows.filter(memberships__company_id=actor.company_id)
        return rows.filter(company_id=actor.company_id)


def _fields(of: Kind | Part, names: tuple[str, ...]) -> dict[str, Any]:
    """Links to other rows by their code; the rest as the columns say."""
    found: dict[str, Any] = {}
    for name in names:
        column: Any = of.model._meta.get_field(name)
        other: type[Model] | None = column.related_model
        if name == "category":
            found[name] = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=80)
        elif other is not None:
            code = "sku" if other is Product else "username" if other is User else "code"
            found[name] = CodeField(
                slug_field=code, queryset=other._default_manager.all(), required=not column.null, allow_null=column.null
            )
    return found


def shape(of: Kind | Part, name: str) -> type[VisibleSerializer]:
    """The serializer of a kind or part: what is read is what may be written."""
    meta = type("Meta", (), {"model": of.model, "fields": ("id", *of.fields), "validators": []})
    return type(name, (VisibleSerializer,), {**_fields(of, of.fields), "Meta": meta})


SHAPES = {key: shape(kind, f"{key.capitalize()}Record") for key, kind in KINDS.items()}
PARTS = {
    (key, part.key): shape(part, f"{key.capitalize()}{part.key.title().replace('-', '')}Part")
    for key, kind in KINDS.items()
    for part in kind.parts
}


class MasterApi(StageApi):
    kind: ClassVar[Kind]

    def record(self, record_id: int) -> Any:
        row = record_of(self.kind.key, record_id, self.actor)
        if row is None:
            raise NotFound(f"There is no {str(self.kind.name).lower()} {record_id}.")
        return row

    def values(self, serializer: type[VisibleSerializer], *, partial: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = self.read(serializer, partial=partial, context={"actor": self.actor})
        return found

    def answer(self, row: Any, status: int = 200) -> Response:
        """The record with its parts, each as the role may see it."""
        context = {"request": self.request, "actor": self.actor}
        data = dict(SHAPES[self.kind.key](row, context=context).data)
        for part in self.kind.parts:
            if part.key not in SECRET or self.actor.can(SECRET[part.key]):
                rows = part.model._default_manager.filter(**{part.owner: row}).order_by("id")
                data[part.key.replace("-", "_")] = PARTS[self.kind.key, part.key](rows, many=True, context=context).data
        return Response(data, status=status, headers={"ETag": f'"{version_of(row)}"'})


def records_api(kind: str) -> type[MasterApi]:
    """All records of a kind, and a new one."""
    declared, serializer = KINDS[kind], SHAPES[kind]

    class RecordsApi(MasterApi):
        access: ClassVar = {"GET": "orders.view_order", "POST": declared.right}
        idempotent = True

        @extend_schema(responses=serializer(many=True), operation_id=f"{kind}_list")
        def get(self, request: Request) -> Response:
            rows = declared.model._default_manager.filter(company_id=self.actor.company_id)
            links = [name for name in declared.fields if declared.model._meta.get_field(name).is_relation]
            rows = rows.select_related(*links)
            return page(request, rows, serializer, order=(declared.order, "id"), actor=self.actor)

        @extend_schema(request=serializer, responses=serializer, operation_id=f"{kind}_enter")
        def post(self, request: Request) -> Response:
            values = self.values(serializer)
            return self.answer(services.enter_record(kind=kind, values=values, actor=self.actor), 201)

    RecordsApi.kind = declared
    RecordsApi.__doc__ = f"{declared.plural}: read them, enter one."
    return RecordsApi


def record_api(kind: str) -> type[MasterApi]:
    """One record with its parts."""
    declared, serializer = KINDS[kind], SHAPES[kind]

    class RecordApi(MasterApi):
        access: ClassVar = {"GET": "orders.view_order", "PATCH": "orders.view_order"}  # each field names its own right

        @extend_schema(responses=serializer, operation_id=f"{kind}_read")
        def get(self, request: Request, record_id: int) -> Response:
            return self.answer(self.record(record_id))

        @extend_schema(request=serializer(partial=True), responses=serializer, operation_id=f"{kind}_change")
        def patch(self, request: Request, record_id: int) -> Response:
            values = self.values(serializer, partial=True)
            row = services.change_record(
                kind=kind, record_id=record_id, values=values, actor=self.actor, version=self.expected_version()
            )
            return self.answer(row)

    RecordApi.kind = declared
    RecordApi.__doc__ = f"{declared.name}: read it with its parts, change it."
    return RecordApi


def parts_api(kind: str, key: str) -> type[MasterApi]:
    """A new part of a record."""
    declared, serializer = KINDS[kind], PARTS[kind, key]
    right = next(part.right for part in declared.parts if part.key == key)

    class PartsApi(MasterApi):
        access: ClassVar = {"POST": right}
        idempotent = True

        @extend_schema(request=serializer, responses=serializer, operation_id=f"{kind}_{key}_add")
        def post(self, request: Request, record_id: int) -> Response:
            row = services.put_part(
                kind=kind, record_id=record_id, part=key, values=self.values(serializer), actor=self.actor,
                version=self.expected_version(),
            )  # fmt: skip
            return Response(serializer(row, context={"request": request, "actor": self.actor}).data, status=201)

    PartsApi.kind = declared
    return PartsApi


def part_api(kind: str, key: str) -> type[MasterApi]:
    """A part of a record: change it, take it away."""
    declared, serializer = KINDS[kind], PARTS[kind, key]
    right = next(part.right for part in declared.parts if part.key == key)

    class PartApi(MasterApi):
        access: ClassVar = {"PATCH": right, "DELETE": right}

        @extend_schema(request=serializer(partial=True), responses=serializer, operation_id=f"{kind}_{key}_change")
        def patch(self, request: Request, record_id: int, part_id: int) -> Response:
            row = services.put_part(
                kind=kind, record_id=record_id, part=key, part_id=part_id, actor=self.actor,
                values=self.values(serializer, partial=True), version=self.expected_version(),
            )  # fmt: skip
            return Response(serializer(row, context={"request": request, "actor": self.actor}).data)

        @extend_schema(responses={204: None}, operation_id=f"{kind}_{key}_remove")
        def delete(self, request: Request, record_id: int, part_id: int) -> Response:
            services.remove_part(
                kind=kind, record_id=record_id, part=key, part_id=part_id, actor=self.actor,
                version=self.expected_version(),
            )  # fmt: skip
            return Response(status=204)

    PartApi.kind = declared
    return PartApi


ROOMS = {
    "customer": "customers",
    "product": "products",
    "supplier": "suppliers",
    "warehouse": "warehouses",
    "department": "departments",
    "calendar": "calendars",
    "terms": "terms",
}


def paths() -> list[Any]:
    """The addresses of all kinds and their parts."""
    found = []
    for kind, room in ROOMS.items():
        found += [
            path(f"{room}/", records_api(kind).as_view(), name=room if kind != "terms" else "all-terms"),
            path(f"{room}/<int:record_id>/", record_api(kind).as_view(), name=kind),
        ]
        for part in KINDS[kind].parts:
            at = f"{room}/<int:record_id>/{part.key}/"
            found += [
                path(at, parts_api(kind, part.key).as_view(), name=f"{kind}-{part.key}"),
                path(f"{at}<int:part_id>/", part_api(kind, part.key).as_view(), name=f"{kind}-{part.key}-one"),
            ]
    return found
