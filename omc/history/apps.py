from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    """History import: the one door that brings documents in the state their source proves."""

    name = "omc.history"
    label = "history"
    verbose_name = _("History import")
