from typing import Any

from django.core.management.base import BaseCommand

from omc.accounts.roles import ROLE_NAMES
from omc.demo.house import CODE, PASSWORD, PEOPLE
from orders.core.models import Company


class Command(BaseCommand):
    help = "Print the logins of the demo company, one per role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Company.objects.filter(code=CODE, is_demo=True).exists():
            self.stdout.write("There is no demo company here.")
            return
        for username, full_name, roles, _department in PEOPLE:
            names = ", ".join(ROLE_NAMES[role] for role in roles)
            self.stdout.write(f"{names:<24} {username:<8} {PASSWORD}   ({full_name})")
