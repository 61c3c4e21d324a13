"""What core's lists may be filtered by. Fields named in ``more`` are folded away; hidden ones are set by links."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import registry
from orders.core.context import acts_in
from orders.core.eventlog import stages
from orders.core.models import (
    Category,
    Channel,
    Customer,
    Facet,
    HoldCause,
    HoldType,
    JobState,
    LineKind,
    Message,
    OrderState,
    Product,
)

DAY = forms.DateInput(attrs={"type": "date"})


def search(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs={"type": "search"}))


ALL = _("All")


def choice(label: Any, choices: Any, empty: Any = ALL) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", empty), *choices])


def flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DAY)


def stage_choice(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None)


class CompanyFilterForm(forms.Form):
    """A filter whose choices are rows of the actor's company."""

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = field.queryset.filter(company_id=actor.company_id)
        if "stage" in self.fields:
            offered = [("", _("Any")), *((stage.number, f"{stage.number} {stage.name}") for stage in stages())]
            self.fields["stage"].choices = offered  # type: ignore[attr-defined]


PARTS = [one for one in Facet.choices if one[0] != Facet.EXCEPTION]  # only more invoiced than ordered is an exception


class OrderFilterForm(CompanyFilterForm):
    text = search(_("Order, PO or customer"))
    state = choice(_("State"), [("open", _("Open (all)")), *OrderState.choices])
    stage = stage_choice(_("Waits in stage"))
    held = flag(_("On hold only"))
    late = flag(_("Promise is past"))
    shipping = choice(_("Shipped"), PARTS)
    billing = choice(_("Invoiced"), Facet.choices)
    claims = choice(_("Returned"), PARTS)
    channel = choice(_("Came by"), Channel.choices)
    entered_from = day(_("Entered from"))
    entered_to = day(_("Entered until"))
    promise_from = day(_("Promised from"))
    promise_to = day(_("Promised until"))
    customer = forms.ModelChoiceField(
        Customer.objects.all(), label=_("Customer"), required=False, widget=forms.HiddenInput
    )
    product = forms.ModelChoiceField(Product.objects.all(), label=_("Item"), required=False, widget=forms.HiddenInput)
    more = (
        "late", "shipping", "billing", "claims", "channel", "entered_from", "entered_to", "promise_from", "promise_to",
    )  # fmt: skip


class CustomerFilterForm(CompanyFilterForm):
    text = search(_("Code or name"))
    customer_class = choice(_("Class"), Customer.CustomerClass.choices)
    overdue = flag(_("Owes overdue money"))
    held = flag(_("On hold only"))
    show = choice(_("Show"), [("inactive", _("Inactive only")), ("all", _("Active and inactive"))], _("Active"))


class ProductFilterForm(CompanyFilterForm):
    text = search(_("SKU, name, barcode or alias"))
    category = forms.ModelChoiceField(
        Category.objects.order_by("name"), label=_("Category"), required=False, empty_label=_("All")
    )
    kind = choice(_("Kind"), LineKind.choices)
    show = choice(_("Show"), [("inactive", _("Inactive only")), ("all", _("Active and inactive"))], _("Active"))


class DutyFilterForm(CompanyFilterForm):
    """The filters of ``duty_list``; ``yours`` are the stages that the actor acts in."""

    stage = stage_choice(_("Stage"))
    when = choice(
        _("Show"), [("overdue", _("Overdue")), ("in", _("Came in today")), ("out", _("Done today"))], _("All open")
    )
    mine = flag(_("Mine only"))
    customer = flag(_("Waits for the customer"))
    held = forms.BooleanField(label=_("Stopped by a hold"), required=False, widget=forms.HiddenInput)
    yours = forms.BooleanField(label=_("In your stages"), required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Duty"), required=False, max_length=60, widget=forms.HiddenInput)
    more = ("customer",)

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data, actor)
        self.actor = actor
        field = forms.TypedChoiceField(
            label=_("Also open in stage"), required=False, coerce=int, empty_value=None, widget=forms.HiddenInput
        )
        field.choices = self.fields["stage"].choices  # type: ignore[attr-defined]
        self.fields["with"] = field  # a word of Python

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        stage = found.get("stage")
        if stage:
            found["stages"] = [stage]
        elif found.get("yours"):
            found["stages"] = [one.number for one in stages() if acts_in(self.actor, one.key)]
        return found


class HoldFilterForm(CompanyFilterForm):
    text = search(_("Order or customer"))
    kind = forms.ModelChoiceField(
        HoldType.objects.order_by("name"), label=_("Kind of hold"), required=False, empty_label=_("All")
    )
    cause = choice(_("Caused by"), HoldCause.choices)
    unowned = flag(_("Nobody has it"))
    mine = flag(_("Mine only"))
    late = flag(_("Overdue"))
    customer = forms.ModelChoiceField(
        Customer.objects.all(), label=_("Customer"), required=False, widget=forms.HiddenInput
    )


class JobFilterForm(CompanyFilterForm):
    status = choice(_("State"), JobState.choices)
    mine = flag(_("Started by me"))


class SentFilterForm(CompanyFilterForm):
    text = search(_("Subject, recipient or order"))
    kind = choice(_("What it says"), ())
    status = choice(_("State"), Message.Status.choices)
    customer = forms.ModelChoiceField(
        Customer.objects.all(), label=_("Customer"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data, actor)
        kinds = sorted(registry.messages, key=lambda kind: kind.stage)
        self.fields["kind"].choices = [("", ALL), *((kind.key, kind.name) for kind in kinds)]


def about_customer(form: forms.Form, actor: Actor) -> forms.Form:
    """The filter of a stage's list, which a link may narrow to one customer of the company."""
    form.fields["customer"] = forms.ModelChoiceField(
        Customer.objects.filter(company_id=actor.company_id),
        label=_("Customer"),
        required=False,
        widget=forms.HiddenInput,
    )
    return form
