"""Naming views of lists, sharing them, and keeping columns."""

from collections.abc import Sequence

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from omc.lib.registry import registry
from omc.lib.service import verb
from orders.core.models import ListChoice, SavedView
from orders.core.selectors.lists import view_of


@verb(silent="how somebody looks at a list is no fact about orders")
def save_view(
    *,
    list_key: str,
    name: str,
    query: str,
    actor: Actor,
    columns: Sequence[str] = (),
    sharing: str = SavedView.Sharing.PRIVATE,
    is_default: bool = False,
) -> SavedView:
    """Give filter, sort and columns of a list a name; one's own view of that name is replaced.

    Raises: InvalidInput, NotFound
    """
    user_id = _person(actor)
    declared = registry.lists.get(list_key)
    if declared is None:
        raise NotFound(f"There is no list {list_key}.")
    require(actor, declared.permission)
    name = name.strip()
    if not name:
        raise InvalidInput("Give the view a name.", field="name")
    known = {column.key for column in declared.columns}
    view, _made = SavedView.objects.update_or_create(
        company_id=actor.company_id,
        list_key=list_key,
        owner_id=user_id,
        name=name[:60],
        defaults={
            "query": query[:1000],
            "columns": [key for key in columns if key in known],
            **_shared(sharing, actor),
            "changed_at": clock.now(),
        },
    )
    if is_default:
        _keep(actor, list_key, default_view=view)
    return view


@verb(silent="how somebody looks at a list is no fact about orders")
def share_view(*, view_id: int, sharing: str, actor: Actor) -> SavedView:
    """Let the department or the company use one's view, or nobody else any more.

    Raises: InvalidInput, NotFound, PermissionRefused for a view of somebody else
    """
    view = view_of(actor, view_id)
    if view.owner_id != actor.user_id:
        raise PermissionRefused("Only whoever saved this view may share it.")
    SavedView.objects.filter(pk=view.pk).update(**_shared(sharing, actor), changed_at=clock.now())
    return view_of(actor, view_id)


def _shared(sharing: str, actor: Actor) -> dict[str, object]:
    in_department = sharing == SavedView.Sharing.DEPARTMENT
    if in_department and actor.department_id is None:
        raise InvalidInput("You belong to no department to share it with.", field="sharing")
    return {"sharing": sharing, "department_id": actor.department_id if in_department else None}


@verb(silent="how somebody looks at a list is no fact about orders")
def delete_view(*, view_id: int, actor: Actor) -> None:
    """Forget a view; others may forget only what is their own, an administrator any.

    Raises: NotFound, PermissionRefused
    """
    administers = actor.can("orders.manage_settings")
    view = SavedView.objects.filter(pk=view_id, company_id=actor.company_id).first()
    if view is None or not (administers or may_use(view, actor)):
        raise NotFound(f"There is no view {view_id}.")
    if view.owner_id != actor.user_id and not administers:
        raise PermissionRefused("Only whoever saved this view may delete it.")
    view.delete()


@verb(silent="how somebody looks at a list is no fact about orders")
def choose_default_view(*, list_key: str, view_id: int | None, actor: Actor) -> None:
    """The view that the list opens with for this person; None is the list as it comes.

    Raises: NotFound
    """
    view = None
    if view_id is not None:
        view = SavedView.objects.filter(pk=view_id, company_id=actor.company_id, list_key=list_key).first()
        if view is None or not may_use(view, actor):
            raise NotFound(f"There is no view {view_id}.")
    _keep(actor, list_key, default_view=view)


@verb(silent="how somebody looks at a list is no fact about orders")
def keep_columns(*, list_key: str, columns: Sequence[str], actor: Actor, compact: bool = False) -> None:
    """The columns of a list in this person's order; none brings back the usual ones.

    Raises: NotFound
    """
    declared = registry.lists.get(list_key)
    if declared is None:
        raise NotFound(f"There is no list {list_key}.")
    known = {column.key for column in declared.columns}
    _keep(actor, list_key, columns=[key for key in dict.fromkeys(columns) if key in known], compact=compact)


def may_use(view: SavedView, actor: Actor) -> bool:
    """Own, or shared with one's department or company."""
    if view.owner_id == actor.user_id or view.sharing == SavedView.Sharing.COMPANY:
        return True
    return view.sharing == SavedView.Sharing.DEPARTMENT and view.department_id == actor.department_id


def _keep(actor: Actor, list_key: str, **values: object) -> None:
    ListChoice.objects.update_or_create(
        company_id=actor.company_id, user_id=_person(actor), list_key=list_key, defaults=values
    )


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise InvalidInput("Only a person keeps views.")
    return actor.user_id
