"""REST views of lists: what there are, and the views that people save of them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.actor import require
from omc.lib.errors import NotFound
from omc.lib.lists import ListView
from omc.lib.registry import registry
from orders.core.api.base import StageApi
from orders.core.models import SavedView
from orders.core.selectors.lists import view_of, views_for
from orders.core.services import saved_views


class ListColumnSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer, not the serializer's own
    shown = serializers.BooleanField(help_text="Whether it is among the usual columns.")


class ListSortSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class ListSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    columns = ListColumnSerializer(many=True)
    sorts = ListSortSerializer(many=True)


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    owner = serializers.CharField(source="owner.username")
    department = serializers.CharField(source="department.name", default=None)

    class Meta:
        model = SavedView
        fields = ("id", "list_key", "name", "owner", "sharing", "department", "query", "columns", "changed_at")


class SaveViewInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    query = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, default="", help_text="Filter and sort, as in the address."
    )
    columns = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)
    sharing = serializers.ChoiceField(
        choices=SavedView.Sharing.choices, required=False, default=SavedView.Sharing.PRIVATE
    )


class ShareViewInput(serializers.Serializer[Any]):
    sharing = serializers.ChoiceField(choices=SavedView.Sharing.choices)


class ListsApi(StageApi):
    """The lists that the caller may see, with the columns and sorts that a view of them may have."""

    access = {"GET": "member"}

    @extend_schema(responses=ListSerializer(many=True))
    def get(self, request: Request) -> Response:
        seen = [self._told(declared) for declared in registry.lists if self.actor.can(declared.permission)]
        return Response(ListSerializer(seen, many=True).data)

    def _told(self, declared: ListView) -> dict[str, Any]:
        sorts = [{"key": key, "label": sort.label} for key, sort in declared.sorts.items()]
        return {
            "key": declared.key,
            "name": declared.name,
            "columns": declared.columns_for(self.actor),
            "sorts": sorts,
        }


class SavedViewsApi(StageApi):
    """Views of one list: one's own and those shared with one, by name; a POST saves one, or replaces one's own."""

    access = {"GET": "member", "POST": "member"}  # who may see the list is said by the list
    idempotent = True

    @extend_schema(responses=SavedViewSerializer(many=True))
    def get(self, request: Request, list_key: str) -> Response:
        declared = registry.lists.get(list_key)
        if declared is None:
            raise NotFound(f"There is no list {list_key}.")
        require(self.actor, declared.permission)
        return Response(SavedViewSerializer(views_for(self.actor, list_key), many=True).data)

    @extend_schema(request=SaveViewInput, responses={201: SavedViewSerializer})
    def post(self, request: Request, list_key: str) -> Response:
        view = saved_views.save_view(list_key=list_key, actor=self.actor, **self.read(SaveViewInput))
        return Response(SavedViewSerializer(view).data, status=201)


class SavedViewApi(StageApi):
    """One view: look at it, share it with department or company or with nobody, forget it."""

    access = {"GET": "member", "PATCH": "member", "DELETE": "member"}  # only the owner changes it

    @extend_schema(responses=SavedViewSerializer)
    def get(self, request: Request, view_id: int) -> Response:
        return Response(SavedViewSerializer(view_of(self.actor, view_id)).data)

    @extend_schema(request=ShareViewInput, responses=SavedViewSerializer)
    def patch(self, request: Request, view_id: int) -> Response:
        view = saved_views.share_view(view_id=view_id, actor=self.actor, **self.read(ShareViewInput))
        return Response(SavedViewSerializer(view).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, view_id: int) -> Response:
        saved_views.delete_view(view_id=view_id, actor=self.actor)
        return Response(status=204)
