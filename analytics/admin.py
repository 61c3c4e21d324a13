from django.contrib import admin

from analytics.models import MonthlySales, ReadModel, VarianceReport
from orders.core.admin import ReadOnlyAdmin

for model in (ReadModel, MonthlySales, VarianceReport):
    admin.site.register(model, ReadOnlyAdmin)
