from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, registry
from orders.entry.imports.services import register_jobs


def register() -> None:
    """Called once, when Django is ready."""
    register_jobs(_("Orders from a file"))
    registry.offer(Command(_("Import orders"), "entry:import", "file-up", _("csv excel file paste"), starts=True))
