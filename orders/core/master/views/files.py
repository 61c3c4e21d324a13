"""Screens of master data from a file: upload, what would become of it, mend in place, take."""

import re
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib.actor import require
from omc.lib.errors import DomainError, NotFound
from omc.lib.registry import registry
from orders.core import screens
from orders.core.access import allow
from orders.core.master import files
from orders.core.master.columns import LISTS, READ
from orders.core.master.kinds import KINDS, Kind
from orders.core.models import MasterFile
from orders.core.selectors.exports import csv_lines, file_name, xlsx_file
from orders.core.selectors.lists import ask

_CELL = re.compile(r"cell-(\d{1,5})-([a-z_]+)")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or Excel, as the list's export writes it; up to 5 MB and 5,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv", "autofocus": True}),
    )


def _kind(request: HttpRequest, key: str) -> Kind:
    if key not in LISTS:
        raise NotFound(f"There are no files of {key}.")
    require(request.actor, KINDS[key].right)
    return KINDS[key]


def _columns(kind: Kind) -> list[Any]:
    """The columns that come back, in the order of the list."""
    return [column for column in registry.lists[LISTS[kind.key]].columns if column.key in READ[kind.key]]


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def new_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file; its rows are checked before anything is written."""
    declared = _kind(request, kind)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        found = screens.attempt(
            form,
            lambda file: files.open_file(kind=kind, content=file.read(), filename=file.name, actor=request.actor),
        )
        if found is not None:
            if len(found.rows) > files.AT_ONCE:
                files.start_file(file_id=found.pk, take=False, actor=request.actor)
            return redirect("core:master-file", kind, found.pk)
    context = {"kind": declared, "form": form, "columns": _columns(declared)}
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/core/master/file_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def file(request: HttpRequest, kind: str, file_id: int) -> HttpResponse:
    """What would become of the rows; wrong cells are mended here, and the good rows or all of them taken."""
    declared = _kind(request, kind)
    found = files.file_of(kind, file_id, request.actor)
    refusal = None
    if request.method == "POST":
        try:
            _act(request, found)
            return redirect("core:master-file", kind, file_id)
        except DomainError as error:
            refusal = error
            found = files.file_of(kind, file_id, request.actor)
    context = {"kind": declared, "file": found, "refusal": refusal, "total": len(found.rows)} | _outcome(request, found)
    return render(request, "orders/core/master/file.html", context, status=422 if refusal else 200)


def _act(request: HttpRequest, file: MasterFile) -> None:
    """Keep the mended cells; then check again, or take."""
    cells = {
        (int(named[1]), named[2]): str(value)
        for name, value in request.POST.items()
        if (named := _CELL.fullmatch(name))
    }
    if cells:
        files.mend_file(file_id=file.pk, cells=cells, actor=request.actor)
    take, good_only = "take" in request.POST, "good_only" in request.POST
    if len(file.rows) > files.AT_ONCE:
        files.start_file(file_id=file.pk, take=take, good_only=good_only, actor=request.actor)
    elif take:
        files.take_file(file_id=file.pk, good_only=good_only, actor=request.actor)


def _outcome(request: HttpRequest, file: MasterFile) -> dict[str, Any]:
    """What is known of the rows: by the job of a long file, else by looking now."""
    if file.taken_at is not None:
        wrong = file.job.result.get("wrong", []) if file.job else []
        return {"taken": True, "wrong": _wrong(file, wrong)}
    if len(file.rows) <= files.AT_ONCE:
        outcome = files.check_file(file, request.actor).plain()
    elif file.job and file.job.status == "done" and file.job.inputs.get("mended") == files.hash_of(file):
        outcome = file.job.result
    else:
        return {"job": file.job}
    return {"outcome": outcome, "wrong": _wrong(file, outcome["wrong"]), "wrong_count": len(outcome["wrong"])}


def _wrong(file: MasterFile, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Wrong rows with the cells that are to be mended."""
    labels = {column.key: column.label for column in registry.lists[LISTS[file.kind]].columns}
    code = KINDS[file.kind].code
    return [
        {
            "row": item["row"],
            "code": file.rows[item["row"] - 2].get(code, ""),
            "cells": [
                {
                    "key": key,
                    "label": labels.get(key, key),
                    "text": file.rows[item["row"] - 2].get(key),
                    "message": message,
                }
                for key, message in item["columns"].items()
            ],
        }
        for item in rows[: files.SHOWN]
    ]


@require_GET
@allow("orders.view_order")
def whole_list(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """All rows with every column that a file may bring back."""
    declared = _kind(request, kind)
    asked = ask(registry.lists[LISTS[kind]], request.GET, request.actor, request.company)
    allowed = asked.declared.columns_for(request.actor)
    vars(asked)["columns"] = [column for column in _columns(declared) if column in allowed]
    name = file_name(asked, request.company.code, "xlsx" if ending == "xlsx" else "csv")
    if ending == "xlsx":
        return FileResponse(xlsx_file(asked), as_attachment=True, filename=name, content_type=XLSX)
    response = StreamingHttpResponse(csv_lines(asked), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
