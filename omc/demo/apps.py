from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The demo company: a distributor whose orders went through the same services as everybody's."""

    name = "omc.demo"
    label = "demo"
    verbose_name = _("Demo company")
