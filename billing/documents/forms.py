"""How a customer gets documents: the form checks form, the service what is right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.documents.services import FIELDS, SCHEMES
from billing.models import DocumentForm, DocumentWay


class DocumentWayForm(forms.Form):
    form = forms.ChoiceField(
        label=_("With each mail goes"),
        choices=DocumentForm.choices,
        help_text=_("Where a document lacks what its electronic form must say, the PDF goes alone."),
    )
    buyer_reference = forms.CharField(
        label=_("Their reference"),
        max_length=60,
        required=False,
        help_text=_("What their programs sort it by, such as the Leitweg-ID of a German authority."),
    )
    endpoint_scheme = forms.ChoiceField(
        label=_("Kind of electronic address"), choices=[("", _("none")), *SCHEMES.items()], required=False
    )
    endpoint_id = forms.CharField(
        label=_("Electronic address"),
        max_length=60,
        required=False,
        help_text=_("Without one, the mail address of their contact stands there."),
    )

    def __init__(self, data: Any, *, way: DocumentWay | None) -> None:
        super().__init__(data, initial={name: getattr(way, name) for name in FIELDS} if way else None)
