"""Every list of rows: its page, its file, its saved views and columns, and one verb on many of its rows."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.lists import Column, ListView
from omc.lib.registry import Registry, registry
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.eventlog import stages
from orders.core.selectors.exports import csv_lines, file_name, xlsx_file
from orders.core.selectors.lists import ALL, Asked, ask
from orders.core.selectors.paging import capped_count
from orders.core.services import bulk as bulk_work
from orders.core.services import printing, saved_views
from orders.core.services.jobs import start_job

FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def show_list(
    request: HttpRequest, key: str, template: str = "orders/core/list.html", *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a registered list, or only its rows for a fragment.

    ``more`` goes to the template; ``empty`` there is {title, hint, url, action} for a list without any row, also
    (``calm``) when it is the usual filter that finds none.
    ``status`` is that of a form beside the list.
    """
    declared = registry.lists[key]
    asked = ask(declared, request.GET, request.actor, request.company)
    usual = asked.choice.default_view if asked.choice else None
    if usual and status == 200 and not request.GET and not request.htmx and saved_views.may_use(usual, request.actor):
        return redirect(f"{request.path}?{_query_of(usual)}")
    page = asked.page(request.GET)
    tags = _cell_tags(asked.columns)
    context = {
        "list": declared,
        "asked": asked,
        "page": page,
        "filters": _filter_parts(asked, request),
        "rows": [
            (row, declared.bulk_when(row), _cells(tags, [column.draw(row, asked.look) for column in asked.columns]))
            for row in page.rows
        ],
        "heads": [_head(asked, request, column) for column in asked.columns],
        "column_choices": _column_choices(asked),
        "count_text": capped_count(asked.rows),
        "bulk_actions": _offered(declared, registry.bulk_actions, request.actor),
        "prints": _offered(declared, registry.prints, request.actor),
        "views": [{"view": view, "query": _query_of(view)} for view in asked.views],
        "default_view_id": usual.pk if usual else None,
        "save_form": forms.SaveViewForm(initial={"name": asked.view.name if asked.view else ""}),
        "here": request.get_full_path(),
        **more,
    }
    return render(request, "orders/core/list.html#rows" if request.htmx else template, context, status=status)


def _cell_tags(columns: Sequence[Column]) -> list[tuple[SafeString, SafeString]]:
    """What stands around the cells of each column, written once for all rows: the first names its row."""
    tags = []
    for place, column in enumerate(columns):
        name = "td" if place else "th"
        css = "figure-cell" if column.figure and place else column.css
        more = SafeString("") if place else SafeString(' scope="row"')
        more += format_html(' class="{}"', css) if css else SafeString("")
        more += format_html(' data-label="{}"', column.label) if column.in_file and place else SafeString("")
        tags.append((format_html("<{}{}>", name, more), format_html("</{}>", name)))
    return tags


def _cells(tags: Sequence[tuple[SafeString, SafeString]], drawn: Sequence[Any]) -> SafeString:
    return format_html_join(
        "", "{}{}{}", ((before, cell, after) for (before, after), cell in zip(tags, drawn, strict=True))
    )


def _offered(declared: ListView, registered: Registry[Any], actor: Actor) -> list[Any]:
    """What the actor may do with the rows of this list."""
    return [
        item
        for item in registered
        if declared.subject and item.subject == declared.subject and actor.can(item.permission)
    ]


def _filter_parts(asked: Asked, request: HttpRequest) -> dict[str, Any]:
    """The filter's fields: at hand, folded away (the form's ``more``), and those that only a link sets."""
    more = getattr(asked.form, "more", ())
    fixed = []
    for bound in asked.form.hidden_fields():
        value = asked.filters.get(bound.name)
        if value:
            without = request.GET.copy()
            for name in (bound.name, "after", "before"):
                without.pop(name, None)
            fixed.append(
                {
                    "name": bound.name,
                    "label": bound.label,
                    "value": bound.value(),
                    "said": value,
                    "without": f"?{without.urlencode() or f'view={ALL}'}",
                }
            )
    return {
        "main": [bound for bound in asked.form.visible_fields() if bound.name not in more],
        "more": [bound for bound in asked.form.visible_fields() if bound.name in more],
        "more_is_set": any(asked.filters.get(name) for name in more),
        "fixed": fixed,
    }


def _query_of(view: Any) -> str:
    return f"{view.query}&view={view.pk}" if view.query else f"view={view.pk}"


def _head(asked: Asked, request: HttpRequest, column: Any) -> dict[str, Any]:
    """A column's head: the sorts that lie on it, and whether one of them is on."""
    offered = [(key, sort) for key, sort in asked.declared.sorts.items() if sort.column == column.key]
    if not offered:
        return {"column": column}
    keys = [key for key, _sort in offered]
    on = asked.sort_key in keys
    following = keys[(keys.index(asked.sort_key) + 1) % len(keys)] if on else keys[0]
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    kept["sort"] = following
    direction = ("descending" if asked.sort.order[0].startswith("-") else "ascending") if on else ""
    return {"column": column, "url": f"?{kept.urlencode()}", "direction": direction}


def _column_choices(asked: Asked) -> list[dict[str, Any]]:
    """All columns of the role: the shown ones in their order, then the others."""
    shown = asked.columns
    rest = [column for column in asked.declared.columns_for(asked.look.actor) if column not in shown]
    return [
        {"column": column, "shown": column in shown, "place": place}
        for place, column in enumerate([*shown, *rest], start=1)
    ]


def _list(request: HttpRequest, key: str) -> ListView:
    declared = registry.lists.get(key)
    if declared is None:
        raise NotFound(f"There is no list {key}.")
    require(request.actor, declared.permission)
    return declared


@require_GET
@allow("member")
def export(request: HttpRequest, key: str, ending: str) -> HttpResponseBase:
    """The filtered list as a file, with the columns that the actor sees and may see."""
    asked = ask(_list(request, key), request.GET, request.actor, request.company)
    name = file_name(asked, request.company.code, ending)
    if ending == "xlsx":
        try:
            return FileResponse(xlsx_file(asked), as_attachment=True, filename=name, content_type=FILES[ending])
        except DomainError as refusal:
            return screens.refused(request, refusal, back_to=_back(request, key))
    response = StreamingHttpResponse(csv_lines(asked), content_type=FILES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _back(request: HttpRequest, key: str) -> str:
    """The list as it was; only an address of this site."""
    back = request.POST.get("back", "")
    home = reverse(registry.lists[key].url)
    return back if back.startswith("/") and not back.startswith("//") else home


@require_POST
@allow("member")
def save_view(request: HttpRequest, key: str) -> HttpResponse:
    """Give what one sees a name."""
    declared = _list(request, key)
    form = forms.SaveViewForm(request.POST)
    columns = request.POST.getlist("column")
    view = screens.attempt(form, partial(saved_views.save_view, list_key=key, columns=columns, actor=request.actor))
    if view is None:
        said = " ".join(str(word) for errors in form.errors.values() for word in errors)
        messages.error(request, said)
        return redirect(_back(request, key))
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect(f"{reverse(declared.url)}?{_query_of(view)}")


@require_POST
@allow("member")
def delete_view(request: HttpRequest, key: str, view_id: int) -> HttpResponse:
    """Forget a view."""
    home = f"{reverse(_list(request, key).url)}?view={ALL}"
    return screens.perform(request, lambda: saved_views.delete_view(view_id=view_id, actor=request.actor), back_to=home)


@require_POST
@allow("member")
def default_view(request: HttpRequest, key: str) -> HttpResponse:
    """Open the list with this view from now on, or as it comes."""
    _list(request, key)
    chosen = request.POST.get("view", "")
    return screens.perform(
        request,
        lambda: saved_views.choose_default_view(
            list_key=key, view_id=int(chosen) if chosen.isdigit() else None, actor=request.actor
        ),
        back_to=_back(request, key),
    )


@require_POST
@allow("member")
def keep_columns(request: HttpRequest, key: str) -> HttpResponse:
    """Which columns, in which order: kept for this person, or for the view when it is one's own."""
    declared = _list(request, key)
    if "usual" in request.POST:
        chosen: list[str] = []
    else:
        places = {name: _place(request.POST.get(f"place_{name}", "")) for name in request.POST.getlist("column")}
        chosen = sorted(places, key=lambda name: places[name])
    asked = ask(declared, request.GET, request.actor, request.company)
    view = asked.view if asked.view and asked.view.owner_id == request.actor.user_id else None
    if view is not None:
        saved_views.save_view(
            list_key=key,
            name=view.name,
            query=view.query,
            columns=chosen,
            sharing=view.sharing,
            actor=request.actor,
        )
    else:
        saved_views.keep_columns(
            list_key=key, columns=chosen, compact=bool(request.POST.get("compact")), actor=request.actor
        )
    kept = request.GET.copy()
    if asked.view is not None and view is None:
        kept["view"] = ALL  # a view of somebody else keeps its own columns
    return redirect(f"{reverse(declared.url)}?{kept.urlencode()}")


def _place(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 4 else 999


@require_POST
@allow("member")
def bulk(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """One verb on the chosen rows, or on all that match the filter; each row is answered by itself."""
    declared = _list(request, key)
    verb = bulk_work.action_of(declared, action, request.actor)
    asked, ids, back = _chosen(request, declared)
    everything = bool(request.POST.get("everything"))
    if not ids:
        messages.warning(request, _("Choose rows first."))
        return redirect(back)
    context = {"list": declared, "action": verb, "back": back, "everything": everything, "ids": ids, "count": len(ids)}
    data: dict[str, Any] = {}
    if verb.form is not None:
        given = "given" in request.POST
        form = verb.form(request.POST if given else None, request.actor)
        if not given or not form.is_valid():
            return render(request, "orders/core/bulk_form.html", context | {"form": form}, status=422 if given else 200)
        data = form.cleaned_data
    if everything and len(ids) > bulk_work.AT_ONCE:
        inputs = {"list": key, "action": action, "query": asked.query, "data": data}
        return _started(request, bulk_work.JOB, inputs, back)
    outcome = bulk_work.Outcome()
    bulk_work.run_bulk(declared, verb, ids, data, request.actor, outcome)
    status = 422 if outcome.refused and not outcome.done else 200
    return render(request, "orders/core/bulk_result.html", context | {"outcome": outcome}, status=status)


def _chosen(request: HttpRequest, declared: ListView) -> tuple[Asked, list[int], str]:
    """The question, the chosen rows or all that match it, and the way back to the list."""
    asked = ask(declared, request.GET, request.actor, request.company)
    chosen = [int(value) for value in request.POST.getlist("id") if value.isdigit()][:1000]
    ids = bulk_work.chosen_ids(asked, None if request.POST.get("everything") else chosen)
    return asked, ids, f"{reverse(declared.url)}?{request.GET.urlencode() or f'view={ALL}'}"


@require_POST
@allow("member")
def print_rows(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """The papers of the chosen rows as one file: at once when they are few, else by a job."""
    declared = _list(request, key)
    printer = printing.print_of(declared, action, request.actor)
    _asked, ids, back = _chosen(request, declared)
    if not ids:
        messages.warning(request, _("Choose rows first."))
        return redirect(back)
    if len(ids) > printing.MOST:
        said = _("At most %(most)s documents are printed at once. Filter the list first.") % {"most": printing.MOST}
        messages.warning(request, said)
        return redirect(back)
    if len(ids) > printing.AT_ONCE:
        return _started(request, printing.JOB, {"list": key, "print": action, "ids": ids}, back)
    outcome = bulk_work.Outcome()
    content = printing.merged(declared, printer, ids, request.actor, outcome)
    if not outcome.done:
        context = {"list": declared, "action": printer, "back": back, "outcome": outcome}
        return render(request, "orders/core/bulk_result.html", context, status=422)
    for refusal in outcome.refusals:
        messages.warning(request, f"{refusal['name']}: {refusal['reason']}")
    ending, media_type = printer.file_type
    headers = {"Content-Disposition": f'inline; filename="{key}.{ending}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


@require_GET
@allow("member")
def printed(request: HttpRequest, job_id: int) -> FileResponse:
    """The file that a print job made, for whoever asked for it."""
    row = printing.printed_file(job_id, request.actor)
    return FileResponse(row.file.open("rb"), filename=row.filename, content_type=row.content_type)


def _started(request: HttpRequest, kind: str, inputs: dict[str, Any], back: str) -> HttpResponse:
    try:
        run = start_job(kind=kind, inputs=inputs, actor=request.actor)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=back)
    return redirect("core:job", run.pk)


@require_GET
@allow("orders.view_order")
def duties(request: HttpRequest) -> HttpResponse:
    """Open duties of one stage or all, the longest waiting first; or those that came or went today."""
    empty = {
        "title": _("Nothing waits here"),
        "hint": _("When an order reaches this stage, its duty appears here with its clock running."),
    }
    return show_list(request, "duties", "orders/core/duties.html", empty=empty, stages=stages())
