from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from orders.entry.models import OrderFile


@admin.register(OrderFile)
class OrderFileAdmin(ReadOnlyAdmin):
    list_display = ("filename", "orders_made", "rows_refused", "created_at")
