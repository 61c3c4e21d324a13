"""Stage 1: stock, supply, promises, forecasts, capacity, carriers."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned, Origin, PriceField, QuantityField, Subject
from planning.counts.models import CycleCount as CycleCount
from planning.places.models import Bin as Bin


class StockLevel(CompanyOwned):
    """How much of an item lies in a warehouse: the row that is locked and summed.

    Units: stock unit. ``on_hand`` falls at ship, not at pick; ``allocated`` is Σ of the promises' allocated;
    ``unavailable`` is on hand but not for sale (quality, damaged, back from a customer and not inspected);
    ``reserved`` came for one customer's line and waits for its promise: nobody else gets it.
    """

    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="levels")
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+")
    on_hand = QuantityField(default=Decimal(0))
    allocated = QuantityField(default=Decimal(0))
    unavailable = QuantityField(default=Decimal(0))
    reserved = QuantityField(default=Decimal(0), db_default=Decimal(0))
    reorder_point = QuantityField(null=True, blank=True)
    reorder_quantity = QuantityField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "warehouse"], name="stock_level_unique"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0) & Q(unavailable__gte=0) & Q(reserved__gte=0),
                name="stock_level_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("allocated") + F("unavailable") + F("reserved")),
                name="stock_level_covers_allocated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.warehouse_id}"

    @property
    def free(self) -> Decimal:
        """On hand and promised to nobody by hard allocation."""
        return self.on_hand - self.allocated - self.unavailable - self.reserved


class StockUnit(models.Model):
    """Detail of a level, chosen at pick: where it lies, its lot or serial.

    Units: stock unit. ``picked`` of it was taken off the shelf and is still on hand, until it leaves. What of a level
    has no unit is not placed.
    """

    class Status(models.TextChoices):
        AVAILABLE = "available", _("Available")
        QUALITY = "quality", _("In quality control")
        DAMAGED = "damaged", _("Damaged")
        RETURNED = "returned", _("Returned, not inspected")

    level = models.ForeignKey(StockLevel, models.CASCADE, related_name="units")
    bin = models.CharField(max_length=20, blank=True, default="")
    lot = models.CharField(max_length=40, blank=True, default="")
    serial = models.CharField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status, default=Status.AVAILABLE)
    quantity = QuantityField(default=Decimal(0))
    picked = QuantityField(default=Decimal(0), db_default=Decimal(0))
    expires_on = models.DateField(null=True, blank=True)
    arrived_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "bin", "lot", "serial", "status"], name="stock_unit_unique"),
            models.CheckConstraint(
                condition=Q(picked__gte=0) & Q(quantity__gte=F("picked")), name="stock_unit_picked_within"
            ),
            models.CheckConstraint(condition=Q(serial="") | Q(quantity__lte=1), name="stock_unit_serial_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.bin or '–'}: {self.quantity}"


class MovementKind(models.TextChoices):
    OPENING = "opening", _("Opening stock")
    RECEIPT = "receipt", _("Receipt")
    SHIP = "ship", _("Shipped")
    RETURN = "return", _("Returned")
    ADJUST = "adjust", _("Adjusted")
    SCRAP = "scrap", _("Scrapped")
    TRANSFER = "transfer", _("Transferred")


class StockMovement(CompanyOwned):
    """One change of on hand; a level's ``on_hand`` is the sum of its movements."""

    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="movements")
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=MovementKind)
    quantity = QuantityField()
    unit_cost = PriceField(null=True, blank=True)
    at = models.DateTimeField()
    order_line = models.ForeignKey("orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="movements")
    reference = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=120, blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.LIVE)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["product", "warehouse", "id"], name="movement_by_level"),
            models.Index(fields=["company", "-id"], name="movement_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class PromiseSource(models.TextChoices):
    STOCK = "stock", _("On hand")
    SUPPLY = "supply", _("Dated supply")
    LEAD_TIME = "lead_time", _("Item lead time")
    SPECIAL = "special", _("Ordered for it")
    DROP_SHIP = "drop_ship", _("The supplier ships it")


FROM_SUPPLIER = (PromiseSource.SPECIAL, PromiseSource.DROP_SHIP)


class Promise(CompanyOwned):
    """A demand that confirm made: so much of an item from a warehouse for a line on a ship date.

    ``quantity`` is what is still to ship; ``allocated`` of it holds stock now; ``backordered`` is what confirm or an
    allocation run tried to allocate and could not. Rows end (quantity 0, closed) when shipped or cancelled.
    Drop-ship promises take no stock of ours, so no level counts them. Special ones take only what came for their line.
    """

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="promises", db_index=False)
    line = models.ForeignKey("orders.OrderLine", models.CASCADE, related_name="promises")
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+", db_index=False)
    quantity = QuantityField()
    allocated = QuantityField(default=Decimal(0))
    backordered = QuantityField(default=Decimal(0))
    ship_date = models.DateField()
    source = models.CharField(max_length=10, choices=PromiseSource)
    supply_line = models.ForeignKey("SupplyLine", models.PROTECT, null=True, blank=True, related_name="promises")
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & Q(allocated__gte=0) & Q(backordered__gte=0),
                name="promise_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("allocated") + F("backordered")), name="promise_allocated_within"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(quantity=0, allocated=0, backordered=0), name="promise_closed_is_empty"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["product", "warehouse", "ship_date"], condition=Q(is_open=True), name="promise_open_demand"
            ),
            models.Index(fields=["order"], name="promise_by_order"),
            models.Index(fields=["company", "ship_date"], condition=Q(backordered__gt=0), name="promise_backordered"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.ship_date}"


class SupplyState(models.TextChoices):
    ORDERED = "ordered", _("Ordered")
    PART_RECEIVED = "part_received", _("Part received")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


class SupplyOrder(Subject):
    """What we ordered from a supplier for a warehouse; with ``ship_to``, what the supplier sends to a customer itself."""

    number = models.CharField(max_length=20)
    supplier = models.ForeignKey("orders.Supplier", models.PROTECT, related_name="orders")
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+")
    ship_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=14, choices=SupplyState, default=SupplyState.ORDERED)
    expected_date = models.DateField()
    net_base = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="supply_number_unique"),
            models.CheckConstraint(condition=Q(state__in=SupplyState.values), name="supply_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="supply_by_time"),
            models.Index(fields=["company", "state", "-id"], name="supply_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class SupplyLine(models.Model):
    """One item of a supply order, and how much of it came (or left, where the supplier ships).

    Units: stock unit. For an ``order_line``: ``reserved`` came and waits for that line's promise, ``unwanted`` is to
    come and the line wants it no more; a buyer decides what becomes of it. Nothing ordered any more leaves 0.
    """

    supply = models.ForeignKey(SupplyOrder, models.CASCADE, related_name="lines")
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="supply_lines")
    quantity = QuantityField()
    received = QuantityField(default=Decimal(0))
    reserved = QuantityField(default=Decimal(0), db_default=Decimal(0))
    unwanted = QuantityField(default=Decimal(0), db_default=Decimal(0))
    unit_cost = PriceField(null=True, blank=True)
    expected_date = models.DateField()
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="+", help_text=_("Special order for.")
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gte=0) & Q(received__gte=0), name="supply_line_positive"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0)
                & Q(reserved__lte=F("received"))
                & Q(unwanted__gte=0)
                & Q(unwanted__lte=F("quantity")),
                name="supply_line_for_one_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["supply"], condition=Q(unwanted__gt=0), name="supply_line_unwanted"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"

    @property
    def open_quantity(self) -> Decimal:
        """Units: stock unit, still to come."""
        return self.quantity - self.received


class Forecast(CompanyOwned):
    """One item's demand forecast: the model that won the backtest, its error beside the naive one's.

    Units: ``history`` is stock units per bucket (numbers as strings), oldest first, from ``first_bucket``; ``values``
    are the buckets after it. Errors as fractions. ``scores`` holds every model that was tried, and a note.
    """

    run = models.ForeignKey("orders.JobRun", models.PROTECT, related_name="+")
    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="forecasts")
    bucket = models.CharField(max_length=5, default="month")
    first_bucket = models.DateField()
    model = models.CharField(max_length=30)
    values = models.JSONField(default=list)
    history = models.JSONField(default=list)
    wape = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    bias = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    naive_wape = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    zero_share = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(0))
    scores = models.JSONField(default=dict)
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "product"], name="forecast_unique"),
            models.UniqueConstraint(fields=["product"], condition=Q(is_current=True), name="forecast_one_current"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "is_current", "id"], name="forecast_current")]

    def __str__(self) -> str:
        return f"{self.model} for {self.product_id}"

    @property
    def value_added(self) -> Decimal | None:
        """How much smaller the error is than that of the naive forecast; units: fraction, above zero is better."""
        return None if self.wape is None or self.naive_wape is None else self.naive_wape - self.wape


class CapacityDay(CompanyOwned):
    """Minutes of work a warehouse can do on a day, and how many are planned."""

    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+")
    day = models.DateField()
    minutes = models.IntegerField()
    overtime_minutes = models.IntegerField(default=0)
    used_minutes = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "day"], name="capacity_day_unique"),
            models.CheckConstraint(
                condition=Q(used_minutes__gte=0) & Q(used_minutes__lte=F("minutes") + F("overtime_minutes")),
                name="capacity_day_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.used_minutes}/{self.minutes} min"


class CarrierService(CompanyOwned):
    """A way of sending things, with its latest hand-over."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    cut_off = models.TimeField(default=dt.time(16))
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="carrier_service_unique")]

    def __str__(self) -> str:
        return self.name


class TransitTime(models.Model):
    """Working days that a service takes from a warehouse to a country."""

    service = models.ForeignKey(CarrierService, models.CASCADE, related_name="transits")
    warehouse = models.ForeignKey("orders.Warehouse", models.CASCADE, related_name="+")
    country = models.CharField(max_length=2)
    days = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "warehouse", "country"], name="transit_time_unique")
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.days} d"
