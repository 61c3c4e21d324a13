"""REST doors of core at /api/v1/."""

from orders.core.api import schema
from orders.core.api.urls import urlpatterns

__all__ = ["schema", "urlpatterns"]
