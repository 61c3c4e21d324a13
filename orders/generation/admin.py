from django.contrib import admin

from orders.core.admin import ReadOnlyAdmin
from orders.generation.models import Enquiry

admin.site.register(Enquiry, ReadOnlyAdmin)
