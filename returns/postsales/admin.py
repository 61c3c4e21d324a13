from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from returns.postsales.models import Case, FollowUp

for model in (Case, FollowUp):
    admin.site.register(model, ReadOnlyAdmin)
