"""The address of a link: the number of its row, signed, so that nobody can guess or make one."""

from typing import Final

from django.core import signing
from django.urls import reverse

from omc.lib.request import public_url
from orders.core.models import CustomerLink

_SIGNER: Final = signing.Signer(salt="orders.customer-link", sep=".")


def token_of(link: CustomerLink) -> str:
    """What stands in the address of a link."""
    return _SIGNER.sign(signing.b62_encode(link.pk))


def address_of(link: CustomerLink, door: str = "") -> str:
    """The whole address of a link, as it is mailed; or of one of the page's doors."""
    return public_url(path_of(link, door))


def path_of(link: CustomerLink, door: str = "") -> str:
    token = token_of(link)
    return reverse("core:link-door", args=[token, door]) if door else reverse("core:link", args=[token])


def number_in(token: str) -> int | None:
    """The number that a token was signed for; None where it was not signed here."""
    try:
        return signing.b62_decode(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
