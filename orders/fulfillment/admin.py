from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from orders.fulfillment.models import Shipment

admin.site.register(Shipment, ReadOnlyAdmin)
