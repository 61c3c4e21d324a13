from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from orders.pricing.models import ExchangeRate, PriceList, Quote, TaxRule

for model in (PriceList, Quote, TaxRule, ExchangeRate):
    admin.site.register(model, ReadOnlyAdmin)
