"""How far somebody got in a tour."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Walk(models.Model):
    """One person's way through one tour. Step ``len(tour.steps)`` is its end."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tour = models.CharField(max_length=20)
    step = models.PositiveSmallIntegerField(default=0)
    after_event = models.BigIntegerField(default=0)  # what was recorded up to here did not happen in this step
    step_at = models.DateTimeField()
    started_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)  # skipped, or finished

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "tour"], name="walk_one_per_tour"),
            models.CheckConstraint(condition=Q(step__lte=20), name="walk_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.tour} {self.step}"
