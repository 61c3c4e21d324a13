"""Every state that a document may have has a look of its own, and every term of the glossary a place."""

import pytest
from django.apps import apps

from omc.lib.glossary import TERMS
from omc.lib.templatetags.states import STATES

FIELDS = [
    (f"{model._meta.label}.{field.name}", value)
    for model in apps.get_models()
    if not model.__module__.startswith("django.")
    for field in model._meta.fields
    if field.name in ("state", "status") and field.choices
    for value, _label in field.flatchoices
]


@pytest.mark.parametrize(("field", "value"), FIELDS)
def test_a_state_has_a_look(field: str, value: str) -> None:
    assert value in STATES


def test_terms_have_a_meaning_in_words_and_an_anchor_of_their_own() -> None:
    assert len({term.anchor for term in TERMS.values()}) == len(TERMS)
    for term in TERMS.values():
        assert ": " not in str(term.technical)  # the first colon parts name and meaning
        assert str(term.meaning).endswith(".")
