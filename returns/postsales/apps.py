from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostsalesConfig(AppConfig):
    name = "returns.postsales"
    label = "returns_postsales"
    verbose_name = _("10 Post-sales service")
