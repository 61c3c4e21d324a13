"""Refusals as customers read them: in English as they are said, else the nearest sentence that their language has."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from django.utils.translation import get_language

from omc.lib.catalogs import for_customer
from omc.lib.catalogs import for_customer_lazy as _
from omc.lib.errors import DomainError

T = TypeVar("T")

# (code, field) or the code alone → what it comes to for a customer
_WORDS: Final[dict[Any, Any]] = {
    ("invalid_input", "lines"): _("Please choose at least one line."),
    ("invalid_input", "quantities"): _(
        "Please look at the quantities: a price holds from the smallest to the largest."
    ),
    ("invalid_input", "reason"): _("Please choose a reason."),
    ("invalid_input", "words"): _("Please write something, and not more than a page."),
    "invalid_input": _("Please look at what you typed: some of it cannot be."),
    "illegal_transition": _("That is no longer possible: it was answered or has ended meanwhile."),
    "quote_outdated": _("That is no longer possible: it was answered or has ended meanwhile."),
    "quote_converted": _("That is no longer possible: it was answered or has ended meanwhile."),
    "dispute_refused": _("You told us about that already, or it is paid."),
    "promise_refused": _("It is paid already."),
    "not_found": _("There is no such thing any more."),
    "stale_version": _("It was changed meanwhile. Please load the page again."),
}


def in_customers_words(refusal: DomainError) -> str:
    """What a refusal says to a customer, in the language that is active."""
    if (get_language() or "en").startswith("en"):
        return refusal.message
    words = _WORDS.get((refusal.code, refusal.field)) or _WORDS.get(refusal.code)
    return str(words or for_customer("This could not be done. Please ask us."))


def for_customers(verb: Callable[..., T]) -> Callable[..., T]:
    """A service whose refusals are said to a customer."""

    @wraps(verb)
    def said(**kwargs: Any) -> T:
        try:
            return verb(**kwargs)
        except DomainError as refusal:
            refusal.message = in_customers_words(refusal)
            raise

    return said
