"""What price files add to the lists that core iterates."""

from django.utils.translation import gettext_lazy as _

from orders.pricing.files.services import keeping


def register() -> None:
    """Called once, when Django is ready."""
    keeping.register(_("Prices from a file"))
