"""Forms of templates: they check form, never rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.money import plain
from orders.core.lists.forms import about_customer
from orders.core.models import LineKind
from orders.entry.again.models import TemplateLine


class KeepForm(forms.Form):
    """Keep the lines of the order or quote in the grid under a name."""

    name = forms.CharField(label=_("Keep these lines as"), max_length=60)
    order_id = forms.IntegerField(required=False)
    quote_id = forms.IntegerField(required=False)
    replace = forms.BooleanField(required=False)


class TemplateForm(forms.Form):
    """A template's name, and a quantity per line; 0 takes the line out."""

    name = forms.CharField(label=_("Name"), max_length=60)

    def __init__(self, *args: Any, lines: Sequence[TemplateLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            if line.kind == LineKind.TEXT:
                continue
            said = _("Quantity of %(item)s") % {"item": line.product or line.description}
            self.fields[f"quantity-{line.position}"] = forms.DecimalField(
                label=said,
                initial=plain(line.quantity),
                max_digits=18,
                decimal_places=6,
                min_value=0,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "aria-label": said}),
            )


class FilterForm(forms.Form):
    text = forms.CharField(label=_("Name"), required=False, widget=forms.TextInput(attrs={"type": "search"}))


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(FilterForm(data), actor)
