"""REST of analytics: bridges and stages; the wall and the figures lie under ``/api/v1/insights/``."""

from analytics.api.urls import urlpatterns

__all__ = ["urlpatterns"]
