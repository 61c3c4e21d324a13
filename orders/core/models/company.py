"""The selling entity and its inside: departments, people, suppliers, calendars, settings."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import CompanyOwned, PriceField, QuantityField


class Company(models.Model):
    """A selling entity: its own customers, items, documents, numbers and clock."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, default="US")
    tax_id = models.CharField(max_length=40, blank=True)
    bank_name = models.CharField(max_length=80, blank=True)
    bank_account = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    time_zone = models.CharField(max_length=60, default="UTC")
    clock_offset = models.DurationField(default=dt.timedelta(0), help_text=_("How far its clock is ahead."))
    held_by = models.CharField(max_length=60, blank=True, help_text=_("The simulator that leases this company."))
    held_until = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    is_history = models.BooleanField(default=False, help_text=_("Imported; shown as of its last event."))
    calendar = models.ForeignKey("Calendar", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Department(CompanyOwned):
    """People who own duties. ``stages`` are the stages whose default queue this is."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    stages = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    calendar = models.ForeignKey("Calendar", models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="department_code_unique")]

    def __str__(self) -> str:
        return self.name


class Membership(CompanyOwned):
    """What a user is in a company: department and roles."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="members")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "company"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.company_id}"


class Calendar(CompanyOwned):
    """Working time. Its intervals carry cumulative minutes, so that a span costs two look-ups."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=60, default="UTC")
    weekdays = ArrayField(models.SmallIntegerField(), default=list, help_text=_("ISO weekdays worked, 1 = Monday."))
    opens = models.TimeField(default=dt.time(8))
    closes = models.TimeField(default=dt.time(17))
    holidays = ArrayField(models.DateField(), default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="calendar_code_unique")]

    def __str__(self) -> str:
        return self.name


class CalendarSpan(models.Model):
    """One working interval; ``minutes_before`` is all working time of the calendar before it opens."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="spans")
    day = models.DateField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    minutes_before = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "opens_at"], name="calendar_span_unique"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="calendar_span_forward"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["calendar", "minutes_before"], name="calendar_span_minutes"),
            models.Index(fields=["calendar", "day"], name="calendar_span_day"),
        ]

    def __str__(self) -> str:
        return str(self.day)


class Warehouse(CompanyOwned):
    """A place that stocks and ships."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    street = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True, default="", db_default="")
    country = models.CharField(max_length=2, default="US")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+")
    cut_off = models.TimeField(default=dt.time(15))
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="warehouse_code_unique")]

    def __str__(self) -> str:
        return self.code


class Supplier(CompanyOwned):
    """Whom we buy from; ``on_time_percent`` is measured from receipts."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="en", db_default="en")
    currency = models.CharField(max_length=3, default="USD")
    lead_time_days = models.IntegerField(default=14)
    on_time_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="supplier_code_unique")]

    def __str__(self) -> str:
        return self.name


class SupplierItem(models.Model):
    """What a supplier sells us: its number, price, multiple, lead time."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="items")
    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="supplier_items")
    supplier_sku = models.CharField(max_length=60, blank=True)
    unit_price = PriceField()
    order_multiple = QuantityField(default=1)
    minimum_quantity = QuantityField(default=1)
    lead_time_days = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["supplier", "product"], name="supplier_item_unique")]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.product_id}"


class Setting(CompanyOwned):
    """A value that an admin chose, from when it holds. Rows are added, never changed."""

    key = models.CharField(max_length=60)
    value = models.JSONField()
    effective_from = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "key", "-effective_from"], name="setting_lookup")]

    def __str__(self) -> str:
        return self.key


class NumberCounter(CompanyOwned):
    """The last number given in a gapless series; locked as the last statement of a one-document transaction."""

    series = models.CharField(max_length=20)
    year = models.SmallIntegerField()
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "series", "year"], name="number_counter_unique")
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}"
