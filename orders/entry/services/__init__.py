"""The use cases of order entry: from a draft to a confirmed order, and the ways back."""

from orders.entry.services.abandon_drafts import abandon_draft, abandon_drafts
from orders.entry.services.acknowledge_order import acknowledge_order, tell_new_dates
from orders.entry.services.cancel_order import cancel_order, cancel_rest
from orders.entry.services.checks import check_order
from orders.entry.services.confirm_order import confirm_order
from orders.entry.services.convert_quote import convert_quote
from orders.entry.services.enter_order import enter_order
from orders.entry.services.repeat_order import repeat_order
from orders.entry.services.return_to_draft import return_to_draft
from orders.entry.services.save_draft import save_draft
from orders.entry.services.start_order import start_order
from orders.entry.services.submit_order import submit_order
from orders.entry.services.try_line import try_line, try_lines

__all__ = [
    "abandon_draft",
    "abandon_drafts",
    "acknowledge_order",
    "cancel_order",
    "cancel_rest",
    "check_order",
    "confirm_order",
    "convert_quote",
    "enter_order",
    "repeat_order",
    "return_to_draft",
    "save_draft",
    "start_order",
    "submit_order",
    "tell_new_dates",
    "try_line",
    "try_lines",
]
