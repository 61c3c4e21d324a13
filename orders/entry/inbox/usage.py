"""How often what was learned was used: counted from the documents that became orders, one query for a page of rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Max

from orders.core.models import ProductAlias
from orders.entry.inbox.models import DocumentState, InboxDocument, KnownSender
from orders.entry.inbox.rules.shapes import Sender
from orders.entry.inbox.selectors import sender_keys


@dataclass(frozen=True, slots=True)
class Usage:
    """In how many orders, and when the document of the last one came in."""

    orders: int = 0
    last: datetime | None = None


NEVER = Usage()
_NAMES = """
SELECT document.customer_id, upper(name), count(DISTINCT document.id), max(document.received_at)
FROM orders_entry_inboxdocument document
JOIN orders_entry_inboxline line ON line.document_id = document.id AND NOT line.left_out
CROSS JOIN LATERAL jsonb_array_elements_text(line.said -> 'names') AS name
WHERE document.company_id = %s AND document.state = 'ordered' AND document.customer_id = ANY(%s)
    AND jsonb_typeof(line.said -> 'names') = 'array' AND upper(name) = ANY(%s)
GROUP BY 1, 2
"""


def usage_of_names(names: Sequence[ProductAlias]) -> dict[int, Usage]:
    """By the name's own id."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        customers = list({name.customer_id for name in names if name.customer_id})
        cursor.execute(_NAMES, [names[0].company_id, customers, list({name.alias.upper() for name in names})])
        found = {(customer, said): Usage(count, last) for customer, said, count, last in cursor.fetchall()}
    return {name.pk: found.get((name.customer_id, name.alias.upper()), NEVER) for name in names}


def usage_of_senders(senders: Sequence[KnownSender]) -> dict[int, Usage]:
    """By the sender's own id."""
    if not senders:
        return {}
    ordered = InboxDocument.objects.filter(
        company_id=senders[0].company_id,
        state=DocumentState.ORDERED,
        customer_id__in={sender.customer_id for sender in senders},
    )
    counts: dict[tuple[int, str], int] = defaultdict(int)
    latest: dict[tuple[int, str], datetime] = {}
    rows = ordered.order_by().values_list("customer_id", "sender").annotate(Count("pk"), Max("received_at"))
    for customer, said, count, last in rows:
        for key in sender_keys(Sender(**said)) if said else ():
            counts[customer, key] += count
            latest[customer, key] = max(last, latest.get((customer, key), last))
    return {
        sender.pk: Usage(counts[sender.customer_id, sender.key], latest.get((sender.customer_id, sender.key)))
        for sender in senders
    }
