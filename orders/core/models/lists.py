"""How people like to see lists: named views, and what each keeps for oneself."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import CompanyOwned


class SavedView(CompanyOwned):
    """A name for filter, sort and columns of a list; ``query`` is what stands in the address."""

    class Sharing(models.TextChoices):
        PRIVATE = "private", _("Only me")
        DEPARTMENT = "department", _("My department")
        COMPANY = "company", _("The company")

    list_key = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    sharing = models.CharField(max_length=10, choices=Sharing, default=Sharing.PRIVATE)
    department = models.ForeignKey("orders.Department", models.CASCADE, null=True, blank=True, related_name="+")
    query = models.CharField(max_length=1000, blank=True)
    columns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "list_key", "owner", "name"], name="saved_view_name_unique"),
            models.CheckConstraint(
                condition=Q(sharing__in=["private", "department", "company"]), name="saved_view_sharing_known"
            ),
            models.CheckConstraint(
                condition=~Q(sharing="department") | Q(department__isnull=False), name="saved_view_department_named"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "list_key", "name"], name="saved_view_by_list")]

    def __str__(self) -> str:
        return self.name


class ListChoice(CompanyOwned):
    """What one person keeps for one list: columns in order (none: the usual ones) and the view it opens with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_key = models.CharField(max_length=40)
    columns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    compact = models.BooleanField(default=False)
    default_view = models.ForeignKey(SavedView, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user", "list_key"], name="list_choice_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.list_key}"
