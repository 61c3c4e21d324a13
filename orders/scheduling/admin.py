from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from orders.scheduling.models import PlannedShipment

admin.site.register(PlannedShipment, ReadOnlyAdmin)
