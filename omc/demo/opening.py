"""The other first choice: an own, empty company with its first administrator."""

from django.db import connection
from django.utils.text import slugify

from omc.accounts.models import User
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core.models import Company
from orders.core.services.companies import open_company, set_membership


class CompanyThere(DomainError):
    """Somebody works here already; they let others in."""

    code = "company_there"


def may_start_empty() -> bool:
    """Whether no company but the demo is there yet."""
    return not Company.objects.filter(is_demo=False).exists()


@verb(silent="the first company of an installation; its rows carry their own history")
def start_empty(
    *, company_name: str, currency: str, time_zone: str, full_name: str, username: str, password: str
) -> User:
    """Open an empty company and let its first administrator in.

    Raises: CompanyThere when there is one that is no demo
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('omc.demo.opening'))")  # two at once: one company
    if not may_start_empty():
        raise CompanyThere("There is a company here already. Its administrator can let you in.")
    code = slugify(company_name)[:16].strip("-") or "company"
    while Company.objects.filter(code=code).exists():
        code = f"{code[:18]}-2"
    company = open_company(code=code, name=company_name, currency=currency, time_zone=time_zone)
    user = User(username=username, full_name=full_name, time_zone=time_zone, is_staff=True)
    user.set_password(password)
    user.save()
    set_membership(company_id=company.pk, user_id=user.pk, roles=["admin"], department_code="desk", is_default=True)
    return user
