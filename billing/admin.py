from django.contrib import admin

from billing.models import Invoice, Payment
from orders.core.admin import ReadOnlyAdmin

for model in (Invoice, Payment):
    admin.site.register(model, ReadOnlyAdmin)
