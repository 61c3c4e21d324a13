"""How the lines of a quote come and where they go: what is said has to be there."""

from collections.abc import Sequence

from orders.core.inputs import LineInput
from orders.core.models import Address, Supply
from orders.pricing.models import Quote
from orders.pricing.selectors import InvalidLines


def refuse_unknown_places(quote: Quote, inputs: Sequence[LineInput]) -> None:
    """Raises: InvalidLines, naming each row, for another customer's address or a way of supply that is not there."""
    unknown = {typed.ship_to_id for typed in inputs if typed.ship_to_id}
    if unknown:
        theirs = Address.objects.filter(customer_id=quote.customer_id, is_active=True, pk__in=unknown)
        unknown -= set(theirs.exclude(use=Address.Use.BILL).values_list("pk", flat=True))
    problems: list[dict[str, object]] = []
    for row, typed in enumerate(inputs, start=1):
        if typed.ship_to_id in unknown:
            message = "The customer has no such address."
            problems.append({"position": row, "field": "ship_to_id", "message": message})
        if typed.supply not in Supply.values:
            message = f"There is no way of supply {typed.supply}."
            problems.append({"position": row, "field": "supply", "message": message})
    if problems:
        first = problems[0]
        raise InvalidLines(f"Line {first['position']}: {first['message']}", field="lines", lines=problems)
