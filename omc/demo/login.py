"""The login page; while the demo company is there it shows a login per role."""

from typing import Any

from django.contrib.auth import views

from omc.accounts.roles import ROLE_NAMES
from omc.demo.house import CODE, PASSWORD, PEOPLE
from orders.core.models import Company


class LoginView(views.LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if Company.objects.filter(code=CODE, is_demo=True, held_by="").exists():
            context["demo_logins"] = [
                {"name": username, "role": ROLE_NAMES[roles[0]], "password": PASSWORD}
                for username, _full_name, roles, _department in PEOPLE
            ]
        return context
