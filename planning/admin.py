from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from planning.models import Forecast, Promise, StockLevel, StockMovement, SupplyOrder

for model in (StockLevel, StockMovement, Promise, SupplyOrder, Forecast):
    admin.site.register(model, ReadOnlyAdmin)
