from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from orders.prioritization.models import AllocationRun, Ranking, RuleSet

for model in (RuleSet, Ranking, AllocationRun):
    admin.site.register(model, ReadOnlyAdmin)
