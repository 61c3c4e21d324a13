"""What search finds: each stage writes entries for the things it owns."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from omc.lib.registry import registry
from omc.lib.writing import insert
from orders.core.models import SearchEntry

BATCH = 2000


@dataclass(frozen=True)
class Findable:
    """One thing and the words it is found by."""

    kind: str
    object_id: int
    title: str
    url: str
    words: list[str] = field(default_factory=list)
    permission: str = ""
    weight: int = 0


def index(company_id: int, things: Iterable[Findable]) -> None:
    """Write or refresh entries in one statement."""
    entries = [
        SearchEntry(
            company_id=company_id,
            kind=thing.kind,
            object_id=thing.object_id,
            title=thing.title[:200],
            text=" ".join([thing.title, *thing.words]).lower(),
            url=thing.url,
            permission=thing.permission,
            weight=thing.weight,
        )
        for thing in things
    ]
    insert(entries, unique=["company", "kind", "object_id"], update=["title", "text", "url", "permission", "weight"])


def rebuild(company_id: int) -> dict[str, int]:
    """Write all entries of a company anew, kind by kind, each in one transaction; returns how many of each.

    A kind that no stage registered is left as it is.
    """
    written: dict[str, int] = {}
    for kind in list(registry.search.keys()):
        with transaction.atomic():
            SearchEntry.objects.filter(company_id=company_id, kind=kind).delete()
            things, written[kind] = registry.search[kind](company_id), 0
            while batch := list(islice(things, BATCH)):
                index(company_id, batch)
                written[kind] += len(batch)
    return written
