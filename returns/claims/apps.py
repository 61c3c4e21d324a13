from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "returns.claims"
    label = "returns_claims"
    verbose_name = _("9 Claims and returns")
