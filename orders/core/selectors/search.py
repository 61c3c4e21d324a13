"""One search for everything: a single table that the owners write.

However many entries there are, an answer costs at most three short looks: titles that begin with what was typed, then
customers and items, then documents that have all the words anywhere. The later ones only while there is room.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Collate, Upper

from omc.lib.actor import Actor
from orders.core.models import SearchEntry

SHORT = 3  # below so many letters only beginnings of titles are looked at
LOOKED_AT = 200  # of so many that match, the best are shown


def found(actor: Actor, text: str, limit: int = 30) -> list[SearchEntry]:
    """What matches all the words: exact titles, then beginnings of titles, then the words anywhere."""
    words = text.lower().split()
    if not words:
        return []
    hits = _beginning(actor, text, limit)
    for condition in ("weight > 0", "weight = 0"):
        if len(text) < SHORT or len(hits) >= limit:
            break
        seen = {hit.pk for hit in hits}
        hits += [hit for hit in _containing(actor, words, condition, limit + len(seen)) if hit.pk not in seen]
    return hits[:limit]


def _beginning(actor: Actor, text: str, limit: int) -> list[SearchEntry]:
    """Titles that begin so, the exact ones first; of very many the last by title, for numbers grow."""
    entries: QuerySet[Any] = (
        SearchEntry.objects.filter(company_id=actor.company_id)
        .filter(Q(permission="") | Q(permission__in=actor.permissions))
        .annotate(key=Collate(Upper("title"), "C"))
        .filter(key__startswith=text.upper())
    )
    hits = entries.order_by("key")[:limit].union(entries.order_by("-key")[:LOOKED_AT])
    return sorted(hits, key=lambda hit: (hit.key != text.upper(), -hit.weight, -hit.object_id))


# The inner part is planned for all that matches, so by the index of letters, and read only as far as the limit asks.
_CONTAINING = """
WITH hit AS MATERIALIZED (
    SELECT * FROM orders_searchentry
    WHERE company_id = %s AND (permission = '' OR permission = ANY(%s)) AND {condition} AND {words}
)
SELECT * FROM (SELECT * FROM hit LIMIT %s) best ORDER BY weight DESC, object_id DESC LIMIT %s
"""


def _containing(actor: Actor, words: list[str], condition: str, limit: int) -> list[SearchEntry]:
    """Entries with all the words; ``condition`` is that of one of the partial indexes."""
    like = " AND ".join(["text LIKE %s"] * len(words))
    patterns = [f"%{_escaped(word)}%" for word in words]
    sql = _CONTAINING.format(condition=condition, words=like)
    values = [actor.company_id, list(actor.permissions), *patterns, LOOKED_AT, limit]
    return list(SearchEntry.objects.raw(sql, values))


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
