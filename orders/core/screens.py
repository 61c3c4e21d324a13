"""What every screen does with a form, a refusal and a page of rows."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from omc.lib.errors import DomainError

T = TypeVar("T")


def attempt(form: forms.BaseForm, run: Callable[..., T]) -> T | None:
    """Run a service with the form's cleaned data; a refusal becomes an error at its field.

    None means the form now carries errors: render it again with status 422.
    """
    if not form.is_valid():
        return None
    try:
        return run(**form.cleaned_data)
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def perform(request: HttpRequest, run: Callable[[], Any], *, back_to: str) -> HttpResponse:
    """A button without a form: run the service and go back to the page, or say why not with 422."""
    try:
        run()
    except DomainError as refusal:
        return refused(request, refusal, back_to=back_to)
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = back_to
        return response
    return redirect(back_to)


def refused(request: HttpRequest, refusal: DomainError, *, back_to: str = "/") -> HttpResponse:
    """The refusal as a fragment for htmx, as a page of its own otherwise. 403, 404 and 412 keep their status."""
    status = refusal.status if refusal.status in (403, 404, 412) else 422
    template = "components/refusal.html" if getattr(request, "htmx", False) else "errors/refused.html"
    return render(request, template, {"refusal": refusal, "back_to": back_to}, status=status)
