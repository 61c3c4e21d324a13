"""What was asked of a list: filters, sort, columns and saved view out of an address and what the person keeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import QueryDict

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import registry
from orders.core.models import Company, ListChoice, SavedView
from orders.core.selectors.companies import as_of
from orders.core.selectors.paging import Page, keyset

ALL = "all"  # ``?view=all`` opens the list without the view that it usually opens with
NOT_FILTERS = ("after", "before", "view", "csrfmiddlewaretoken")
CHUNK = 2000


@dataclass(frozen=True)
class Asked:
    """One question to a list. ``query`` says it again: filter and sort, without page and view."""

    declared: ListView
    look: Look
    form: Form
    filters: dict[str, Any]
    query: str
    views: list[SavedView]
    view: SavedView | None
    choice: ListChoice | None
    sort_key: str

    @property
    def sort(self) -> Sort:
        return self.declared.sorts[self.sort_key]

    @cached_property
    def rows(self) -> QuerySet[Any]:
        found = self.declared.rows(self.look.actor, self.filters)
        return found.filter(self.sort.where) if self.sort.where is not None else found

    @property
    def filtered(self) -> bool:
        return any(self.filters.values())

    @property
    def changed(self) -> bool:
        """Whether the filter or sort is no longer that of the chosen view."""
        return self.view is not None and canonical(QueryDict(self.view.query)) != self.query

    @cached_property
    def columns(self) -> list[Column]:
        """The view's columns, else those that the person keeps, else the usual ones."""
        known = {column.key: column for column in self.declared.columns_for(self.look.actor)}
        kept = (self.view.columns if self.view else []) or (self.choice.columns if self.choice else [])
        return [known[key] for key in kept if key in known] or [item for item in known.values() if item.shown]

    def prepared(self, rows: list[Any]) -> list[Any]:
        if self.declared.prepare and rows:
            self.declared.prepare(rows, self.look)
        return rows

    def page(self, query: Any) -> Page:
        found = keyset(self.rows, query, order=self.sort.order)
        self.prepared(found.rows)
        return found

    def every_row(self) -> Iterator[Any]:
        """All rows, a chunk at a time: memory does not grow with their number."""
        after = ""
        while True:
            found = keyset(self.rows, {"after": after}, order=self.sort.order, size=CHUNK)
            yield from self.prepared(found.rows)
            if not found.next:
                return
            after = found.next


def ask(declared: ListView, query: QueryDict, actor: Actor, company: Company) -> Asked:
    """Read an address. What it does not offer is left out, never refused."""
    form = declared.form(query, actor)
    form.is_valid()
    views = views_for(actor, declared.key)
    wanted = query.get("view", "")
    sort_key = query.get("sort", "")
    return Asked(
        declared=declared,
        look=Look(actor, company.currency, company.time_zone, clock.now(), as_of(company)),
        form=form,
        filters=form.cleaned_data,
        query=canonical(query),
        views=views,
        view=next((view for view in views if str(view.pk) == wanted), None),
        choice=choice_of(actor, declared.key),
        sort_key=sort_key if sort_key in declared.sorts else declared.usual_sort,
    )


def canonical(query: QueryDict) -> str:
    """The filter of an address, always written the same way."""
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        values = [value for value in query.getlist(name) if value]
        if values and name not in NOT_FILTERS:
            kept.setlist(name, values)
    return kept.urlencode()


def views_for(actor: Actor, list_key: str) -> list[SavedView]:
    """The views that a person may use: own, of the department, of the company; by name."""
    return list(_usable(actor).filter(list_key=list_key).order_by("name", "id"))


def view_of(actor: Actor, view_id: int) -> SavedView:
    """A view that the person may use, of a list that the role may see. Raises: NotFound"""
    view = _usable(actor).filter(pk=view_id).first()
    declared = registry.lists.get(view.list_key) if view else None
    if view is None or declared is None or not actor.can(declared.permission):
        raise NotFound(f"There is no view {view_id}.")
    return view


def _usable(actor: Actor) -> QuerySet[SavedView]:
    mine = Q(owner_id=actor.user_id or 0)
    shared = Q(sharing=SavedView.Sharing.COMPANY) | Q(
        sharing=SavedView.Sharing.DEPARTMENT, department_id=actor.department_id or 0
    )
    rows = SavedView.objects.filter(mine | shared, company_id=actor.company_id)
    return rows.select_related("owner", "department")


def choice_of(actor: Actor, list_key: str) -> ListChoice | None:
    """What the person keeps for the list."""
    return (
        ListChoice.objects.filter(company_id=actor.company_id, user_id=actor.user_id or 0, list_key=list_key)
        .select_related("default_view")
        .first()
    )
