"""How far the demo has been told: its first day, what of its past is written, and whether it is paused."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tale(models.Model):
    """The story of one demo company.

    The past is written from ``next_day`` up to ``until``, out of ids and numbers that were set aside for it: ``ids`` and
    ``numbers`` say where the next ones begin and move in the transaction that uses them, so that a cut-off batch is as if
    it had never begun. ``series`` says where the gapless ones began.
    """

    company = models.OneToOneField("orders.Company", models.CASCADE, primary_key=True, related_name="+")
    first_day = models.DateField(help_text=_("Prices and ages of the story count from this day."))
    from_day = models.DateField()
    next_day = models.DateField()
    to_day = models.DateField(help_text=_("The first day that is not written any more."))
    thin_from = models.DateField(help_text=_("From here on the services have told part of it."))
    until = models.DateTimeField(help_text=_("What happens later has not happened yet."))
    ids = models.JSONField(default=dict)
    numbers = models.JSONField(default=dict)
    series = models.JSONField(default=dict)
    story = models.CharField(max_length=16, default="", help_text=_("Which version of the program tells this past."))
    is_filled = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    played_until = models.DateTimeField(help_text=_("Up to when the living demo was played."))
    watched_at = models.DateTimeField(null=True, blank=True, help_text=_("When somebody was last seen looking."))

    def __str__(self) -> str:
        return f"{self.company_id}: written until {self.next_day}"
