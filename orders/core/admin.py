"""The admin site looks, it does not touch: documents change through services only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from orders.core.models import Company, Customer, Event, JobRun, Message, Order, Product


class ReadOnlyAdmin(ModelAdmin):
    """A list and a page per row, no buttons. Newest first, without counting the whole table."""

    show_full_result_count = False
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Rows of the company that is being worked in."""
        rows = super().get_queryset(request)
        company = getattr(request, "company", None)
        names = {field.name for field in self.model._meta.fields}
        if self.model is Company:
            return rows.filter(pk=company.pk) if company else rows.none()
        return rows.filter(company=company) if "company" in names else rows


for model in (Company, Customer, Product, Order, Event, JobRun, Message):
    admin.site.register(model, ReadOnlyAdmin)
