"""One search for everything: a single table that the owners write."""

from django.db.models import Case, IntegerField, Q, Value, When

from omc.lib.actor import Actor
from orders.core.models import SearchEntry

SHORT = 3


def found(actor: Actor, text: str, limit: int = 30) -> list[SearchEntry]:
    """What matches all the words, exact titles first. Below three letters only beginnings of titles are looked at."""
    words = text.lower().split()
    if not words:
        return []
    entries = SearchEntry.objects.filter(company_id=actor.company_id).filter(
        Q(permission="") | Q(permission__in=actor.permissions)
    )
    if len(text) < SHORT:
        entries = entries.filter(title__istartswith=text)
    else:
        for word in words:
            entries = entries.filter(text__contains=word)
    rank = Case(
        When(title__iexact=text, then=Value(0)),
        When(title__istartswith=text, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(entries.annotate(rank=rank).order_by("rank", "-weight", "-object_id")[:limit])
