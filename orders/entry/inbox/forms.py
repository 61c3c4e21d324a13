"""Forms of the inbox: they check form, never rules."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omc.lib.actor import Actor
from orders.core.lists.forms import about_customer
from orders.core.models import Address
from orders.entry.forms import read_day, read_figure
from orders.entry.inbox.mailbox.models import Security
from orders.entry.inbox.models import DocumentKind, DocumentState, InboxDocument
from orders.entry.inbox.services import LineEdit
from orders.generation.forms import CompanyForm, CustomerField, Suggested


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several. Cleans to a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    documents = FilesField(
        label=gettext_lazy("Documents"),
        help_text=gettext_lazy("Mails (.eml), PDF, Excel, CSV, EDI X12 850, UBL orders; up to 10 MB each."),
    )
    again = forms.BooleanField(label=gettext_lazy("Also what came in before"), required=False)


class PasteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "autofocus": True, "spellcheck": "false"}),
        help_text=gettext_lazy("Cells of a spreadsheet, a mail, or “10 x AB-100 by Fri”."),
    )
    customer = CustomerField(required=False, label=gettext_lazy("Customer, by code or name"))
    again = forms.BooleanField(label=gettext_lazy("Take it even if it came in before"), required=False)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].company_id = company_id


class MendForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What it should say"),
        required=False,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )


class AsideForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why is it no order?"), max_length=200)


class HeaderForm(forms.Form):
    """Whose order it is, and what is said above its lines."""

    customer = CustomerField(
        required=False,
        label=gettext_lazy("Customer"),
        widget=Suggested(reverse_lazy("generation:customer-options"), "customer-options"),
    )
    customer_po = forms.CharField(label=gettext_lazy("Customer's order number"), required=False, max_length=60)
    requested_date = forms.DateField(
        label=gettext_lazy("Wanted on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ship_to_id = forms.TypedChoiceField(label=gettext_lazy("Ship to"), required=False, coerce=int, empty_value=None)
    header_checked = forms.BooleanField(label=gettext_lazy("I looked at the head"), required=False)

    def __init__(self, *args: Any, document: InboxDocument, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "customer": document.customer.code if document.customer else "",
                "customer_po": document.customer_po,
                "requested_date": document.requested_date,
                "ship_to_id": document.ship_to_id,
                "header_checked": document.header_checked,
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["customer"].company_id = document.company_id
        self.fields["customer"].help_text = str(document.customer or "")
        places = Address.objects.filter(customer_id=document.customer_id or 0, is_active=True).exclude(
            use=Address.Use.BILL
        )
        usual = [("", _("The customer's usual place"))]
        self.fields["ship_to_id"].choices = [
            *usual,
            *((place.pk, ", ".join(filter(None, [place.name, place.street, place.city]))) for place in places),
        ]


class FilterForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("File, sender, customer or PO"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), ("waiting", gettext_lazy("Waiting (all)")), *DocumentState.choices],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *DocumentKind.choices]
    )
    whose = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        required=False,
        choices=[("", gettext_lazy("All")), ("mine", gettext_lazy("Mine")), ("nobody", gettext_lazy("Nobody's yet"))],
    )


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(FilterForm(data), actor)


class PartnerFilterForm(forms.Form):
    text = forms.CharField(label=_("Partner"), required=False, max_length=80)


class PartnerForm(forms.Form):
    answers_to = forms.EmailField(
        label=_("Answers go to"),
        required=False,
        help_text=_("A mailbox that the program reads. Empty: whoever mailed the order; else they wait for download."),
    )


class NameFilterForm(forms.Form):
    text = forms.CharField(label=_("Name or our item"), required=False, max_length=80)


class SenderFilterForm(forms.Form):
    text = forms.CharField(label=_("Sender"), required=False, max_length=80)


class NameForm(forms.Form):
    sku = forms.CharField(
        label=_("Our item"),
        max_length=80,
        widget=Suggested(reverse_lazy("generation:item-options"), "item-options"),
    )


class SenderForm(CompanyForm):
    customer = CustomerField(label=_("Writes for"))


class MailboxForm(forms.Form):
    host = forms.CharField(label=_("Server"), max_length=200)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=_("Connection"), choices=Security.choices)
    user = forms.CharField(label=_("User"), max_length=200)
    folder = forms.CharField(label=_("Folder"), max_length=120, initial="INBOX")
    is_on = forms.BooleanField(label=_("Look into it every minute"), required=False)


CELLS = ("position", "item", "quantity", "unit", "wanted")


def line_edits(data: QueryDict) -> tuple[list[LineEdit], dict[int, dict[str, str]]]:
    """The rows as they were sent, and what cannot be read of them: by row, cell and message."""
    columns = {name: data.getlist(name) for name in CELLS}
    ticked = {name: set(data.getlist(name)) for name in ("checked", "left_out", "take_price")}
    edits: list[LineEdit] = []
    errors: dict[int, dict[str, str]] = {}
    for row, position in enumerate(columns["position"]):
        cell = {name: values[row].strip() if row < len(values) else "" for name, values in columns.items()}
        if position == "0" and not cell["item"]:
            continue
        wrong: dict[str, str] = {}
        quantity = read_figure(cell["quantity"], "quantity", wrong) if cell["quantity"] else None
        wanted = read_day(cell["wanted"], wrong)
        if wrong:
            errors[row] = wrong
        edits.append(
            LineEdit(
                position=int(position) if position.isdigit() and len(position) < 6 else 0,
                item=cell["item"],
                quantity=quantity,
                unit=cell["unit"],
                wanted=wanted,
                checked=position in ticked["checked"],
                left_out=position in ticked["left_out"],
                take_price=position in ticked["take_price"],
            )
        )
    return edits, errors
