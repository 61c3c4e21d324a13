"""Forms of master data, made from its declarations: they check form, the services what is right."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import User
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from orders.core.eventlog import stages
from orders.core.master.calendars import WEEKDAYS
from orders.core.master.countries import NAMES
from orders.core.master.kinds import Kind, Part
from orders.core.master.labels import HELP, LABELS
from orders.core.master.rules import CURRENCIES
from orders.core.models import Category, Customer, Department, Product

COUNTRIES = sorted(NAMES.items(), key=lambda pair: pair[1])


class CodeField(forms.CharField):
    """A row by its code, typed; cleans to the row. ``rows`` is set by the form."""

    def __init__(self, model: type[models.Model], code: str, **more: Any) -> None:
        self.rows, self.code = model._default_manager.all(), code
        super().__init__(max_length=60, **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or isinstance(text, models.Model):
            return text or None
        found = self.rows.filter(**{f"{self.code}__iexact": text}).first()
        if found is None:
            raise forms.ValidationError(_("There is no %(text)s."), params={"text": text})
        return found

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = self.rows.filter(pk=value).values_list(self.code, flat=True).first()
        return getattr(value, self.code, value)


class DaysField(forms.CharField):
    """Days, one a line or with commas between; cleans to dates in their order."""

    widget = forms.Textarea(attrs={"rows": 8})

    def to_python(self, value: Any) -> Any:
        days = []
        for word in str(value or "").replace(",", " ").split():
            try:
                days.append(date.fromisoformat(word))
            except ValueError as wrong:
                raise forms.ValidationError(
                    _("“%(word)s” is no day. Write it as 2026-12-25."), params={"word": word}
                ) from wrong
        return sorted(set(days))

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(day.isoformat() for day in value or ())


def _made(field: models.Field[Any, Any], **more: Any) -> forms.Field | None:
    """Fields that are not what their column would make."""
    if field.name == "country":
        found: forms.Field = forms.ChoiceField(choices=COUNTRIES, **more)
    elif field.name == "currency":
        found = forms.ChoiceField(choices=[(code, code) for code in CURRENCIES], **more)
    elif field.name == "language":
        found = forms.ChoiceField(choices=settings.LANGUAGES, **more)
    elif field.name == "category":
        found = forms.CharField(max_length=80, required=False, widget=forms.TextInput(attrs={"list": "categories"}))
    elif field.name in ("cut_off", "opens", "closes"):
        found = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)
    elif field.name == "holidays":
        found = DaysField(required=False)
    elif field.name == "weekdays":
        found = forms.TypedMultipleChoiceField(
            choices=list(WEEKDAYS.items()), coerce=int, widget=forms.CheckboxSelectMultiple
        )
    elif field.name == "stages":
        found = forms.TypedMultipleChoiceField(
            choices=[(stage.number, f"{stage.number} {stage.name}") for stage in stages()],
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    elif field.related_model is Product:
        found = CodeField(Product, "sku", label=_("Item (SKU)"), **more)
    elif field.related_model is Customer:
        found = CodeField(Customer, "code", required=False, **more)
    else:
        return None
    return found


class MasterForm(forms.Form):
    """The fields of a record or part that the actor may write."""

    def __init__(self, data: Any, *, of: Kind | Part, names: Any, actor: Actor, row: Any = None, initial: Any = None):
        start = {name: _value(row, name) for name in names} if row is not None else dict(initial or {})
        super().__init__(data, initial=start)
        for name in names:
            column: Any = of.model._meta.get_field(name)
            field = _made(column) or column.formfield()
            if field is None:
                continue
            chosen: Any = field
            if getattr(chosen, "empty_label", None):
                chosen.empty_label = _("none")
            field.label = LABELS.get(name) or field.label or str(column.verbose_name).capitalize()
            field.help_text = HELP.get(name, "") if name in HELP else column.help_text
            rows = getattr(field, "queryset", None)
            if rows is None:
                rows = getattr(field, "rows", None)
            if rows is not None:
                rows = _own(rows, actor)
                setattr(field, "queryset" if hasattr(field, "queryset") else "rows", rows)
            self.fields[name] = field
        if row is None and names:
            self.fields[names[0]].widget.attrs["autofocus"] = True


def _value(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return (value.pk if not isinstance(value, Category) else value.name) if isinstance(value, models.Model) else value


def _own(rows: Any, actor: Actor) -> Any:
    """The rows of the actor's company, without those out of use; people are its members."""
    if rows.model is User:
        return rows.filter(memberships__company_id=actor.company_id).order_by("full_name")
    rows = rows.filter(company_id=actor.company_id)
    return rows.filter(is_active=True) if hasattr(rows.model, "is_active") else rows


def attempt(form: forms.BaseForm, run: Any) -> Any:
    """Run a service with what was typed; each refusal stands at its field. None: it was refused."""
    if not form.is_valid():
        return None
    try:
        return run(form.cleaned_data)
    except DomainError as refusal:
        fields: Any = refusal.data.get("fields") or {refusal.field: refusal.message}
        for name, message in fields.items():
            form.add_error(name if name in form.fields else None, message)
        return None


class HandOverForm(forms.Form):
    """Which department takes what another one had."""

    to = forms.ModelChoiceField(Department.objects.none(), label=_("Who takes it over"), empty_label=_("Choose"))

    def __init__(self, data: Any, *, row: Department) -> None:
        super().__init__(data)
        others = Department.objects.filter(company_id=row.company_id, is_active=True).exclude(pk=row.pk)
        self.fields["to"].queryset = others.order_by("name")  # type: ignore[attr-defined]
