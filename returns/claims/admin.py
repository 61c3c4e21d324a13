from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from returns.claims.models import Return

admin.site.register(Return, ReadOnlyAdmin)
