from collections.abc import Mapping, Sequence
from typing import Any

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.inputs import LineInput
from orders.core.models import LineKind, Order, OrderState
from orders.entry.services.header import HEADER_COLUMNS, change_header
from orders.entry.services.lines import AMOUNTS, put_lines, typed


class NotADraft(DomainError):
    """Only a draft can be written in."""

    code = "not_a_draft"


@verb(silent="edits of a draft are nobody's business yet; submit writes the first event")
def save_draft(
    *,
    order_id: int,
    actor: Actor,
    header: Mapping[str, Any] | None = None,
    lines: Sequence[LineInput] | None = None,
    version: int | None = None,
) -> Order:
    """Write header and lines of a draft as they are on somebody's screen, priced as of today.

    ``header`` holds the fields to change; ``lines`` are all lines (None leaves them, but prices them again). The
    version rises when anything changed; a ``version`` that is no longer the draft's refuses the whole.

    Raises: StaleVersion, NotADraft, InvalidLines and NoPrice naming each row, PriceRefused, InvalidInput, NotFound
    """
    require(actor, "entry.write_order")
    order = lifecycle.lock(order_id, actor, version=version)
    return write_draft(order, header or {}, lines, actor)


def write_draft(order: Order, header: Mapping[str, Any], lines: Sequence[LineInput] | None, actor: Actor) -> Order:
    """The same on a locked order; inside another verb."""
    if order.state != OrderState.DRAFT:
        raise NotADraft(
            f"{order} is {order.get_state_display().lower()}; only a draft can be changed here.", state=order.state
        )
    changed = change_header(order, header)
    before = list(order.lines.order_by("position"))
    wanted = lines if lines is not None else [typed(line) for line in before if line.kind != LineKind.COMPONENT]
    changed = put_lines(order, wanted, before, actor) or changed
    if changed:
        order.version += 1
        order.updated_at = clock.now()
        order.save(update_fields=["version", "updated_at", *AMOUNTS, *(c.removesuffix("_id") for c in HEADER_COLUMNS)])
    return order
