"""What people type about returns. Forms check form; whether it may be so, the services decide."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.money import plain
from returns.claims.models import Disposition, Return, ReturnLine, ReturnReason, ReturnState
from returns.claims.selectors import Returnable, return_warehouses, senders_of
from returns.claims.services import ReturnInput

REASONS = [("", _("Why?")), *((value, label) for value, label in ReturnReason.choices if value != ReturnReason.UNKNOWN)]
OURS = (Disposition.RESTOCK, Disposition.SCRAP)  # what only becomes of goods in our warehouse
DISPOSITIONS = [("", _("Choose")), *Disposition.choices]


def quantity_cell(label: str, **fields: Any) -> forms.DecimalField:
    """A quantity in a table cell: its column says what it is, and its label says so to who cannot see the column."""
    cell = forms.NumberInput(attrs={"aria-label": label, "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, required=False, min_value=Decimal(0), max_digits=18, decimal_places=6, widget=cell, **fields
    )


def choice_cell(label: str, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    """A choice in a table cell."""
    cell = forms.Select(attrs={"aria-label": label})
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=cell)


class ReturnFilterForm(forms.Form):
    text = forms.CharField(
        label=_("Return, order or customer"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Open")), *ReturnState.choices],
    )


class RequestForm(forms.Form):
    """One quantity and one reason per line that may come back. Units: stock unit."""

    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, help_text=_("What the customer said; for colleagues.")
    )

    def __init__(self, *args: Any, rows: Sequence[Returnable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.returnable = [row for row in rows if row.quantity > 0]
        for row in self.returnable:
            line = row.line
            self.fields[f"quantity_{line.pk}"] = quantity_cell(
                _("Quantity of line %(position)s") % {"position": line.position}
            )
            self.fields[f"reason_{line.pk}"] = choice_cell(
                _("Reason of line %(position)s") % {"position": line.position}, REASONS
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each line beside its fields."""
        return [
            {"row": row, "quantity": self[f"quantity_{row.line.pk}"], "reason": self[f"reason_{row.line.pk}"]}
            for row in self.returnable
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lines = []
        for row in self.returnable:
            quantity, reason = data.pop(f"quantity_{row.line.pk}", None), data.pop(f"reason_{row.line.pk}", "")
            if quantity and not reason:
                self.add_error(f"reason_{row.line.pk}", _("Say why it comes back."))
            elif quantity:
                lines.append(ReturnInput(order_line_id=row.line.pk, quantity=quantity, reason=reason))
        if not lines and not self.errors:
            raise forms.ValidationError(_("Give a quantity for at least one line."))
        return {"lines": lines, "note": data.get("note", "")}


class AuthorizeForm(forms.Form):
    warehouse_id = forms.TypedChoiceField(label=_("The goods come back to"), coerce=int)
    supplier_id = forms.TypedChoiceField(
        label=_("Or straight to the supplier"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("The supplier sent it to the customer. What goes back there never enters our stock."),
    )

    def __init__(self, *args: Any, actor: Actor, document: Return, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(place.pk, f"{place.code} · {place.name}") for place in return_warehouses(actor)]
        self.fields["warehouse_id"].choices = choices
        self.fields["warehouse_id"].initial = document.warehouse_id
        senders = [(sender.pk, sender.name) for sender in senders_of(document)]
        if senders:
            self.fields["supplier_id"].choices = [("", _("no, to our warehouse")), *senders]
        else:
            del self.fields["supplier_id"]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300)

    def __init__(self, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class ReceiveForm(forms.Form):
    """How much of each line arrived."""

    def __init__(self, *args: Any, lines: Sequence[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.received < line.quantity]
        for line in self.lines:
            self.fields[f"received_{line.pk}"] = quantity_cell(
                _("Arrived of line %(position)s") % {"position": line.position},
                initial=plain(line.quantity - line.received),
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [{"line": line, "received": self[f"received_{line.pk}"]} for line in self.lines]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {"received": {line.pk: data.get(f"received_{line.pk}") or Decimal(0) for line in self.lines}}


class InspectForm(forms.Form):
    """What is accepted of each line, and what becomes of it."""

    def __init__(self, *args: Any, lines: Sequence[ReturnLine], at_supplier: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        choices = [row for row in DISPOSITIONS if not (at_supplier and row[0] in OURS)]
        for line in self.lines:
            self.fields[f"accepted_{line.pk}"] = quantity_cell(
                _("Accepted of line %(position)s") % {"position": line.position},
                initial=plain(line.received) if line.received else None,
            )
            self.fields[f"disposition_{line.pk}"] = choice_cell(
                _("What becomes of line %(position)s") % {"position": line.position}, choices
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"line": line, "accepted": self[f"accepted_{line.pk}"], "disposition": self[f"disposition_{line.pk}"]}
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome = {}
        for line in self.lines:
            accepted, disposition = data.get(f"accepted_{line.pk}"), data.get(f"disposition_{line.pk}")
            if disposition:
                outcome[line.pk] = (accepted or Decimal(0), disposition)
            elif accepted:
                self.add_error(f"disposition_{line.pk}", _("Say what becomes of it."))
        return {"outcome": outcome}
