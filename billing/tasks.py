from celery import shared_task

from billing.promises.services import review_promises
from billing.services import refresh_receivables
from billing.together.services import invoice_groups
from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company

TIMETABLE = {
    "billing-refresh-receivables": {"task": "billing.tasks.refresh_all_receivables", "schedule": 3600.0},
    "billing-invoice-together": {"task": "billing.tasks.invoice_all_together", "schedule": 3600.0},
    "billing-review-promises": {"task": "billing.tasks.review_all_promises", "schedule": 3600.0},
}


@shared_task
def refresh_all_receivables() -> None:
    """Invoices fall overdue by themselves: publish hourly what customers of live companies owe."""
    for company_id in Company.objects.filter(is_history=False, held_by="").values_list("pk", flat=True):
        refresh_company_receivables.delay(company_id)


@shared_task
def refresh_company_receivables(company_id: int, after_customer_id: int = 0) -> None:
    with clock.running_ahead(Company.objects.get(pk=company_id).clock_offset):
        last = refresh_receivables(company_id=company_id, after_customer_id=after_customer_id)
    if last:
        refresh_company_receivables.delay(company_id, last)


@shared_task
def review_all_promises() -> None:
    """A promise to pay whose day is over was broken."""
    for company in Company.objects.filter(is_history=False, held_by=""):
        with clock.running_ahead(company.clock_offset):
            review_promises(actor=system("promises to pay", company.pk))


@shared_task
def invoice_all_together() -> None:
    """Periods end by themselves: invoice what is over in live companies; what is invoiced no longer waits."""
    for company_id in Company.objects.filter(is_history=False, held_by="").values_list("pk", flat=True):
        invoice_company_together.delay(company_id)


@shared_task
def invoice_company_together(company_id: int) -> None:
    with clock.running_ahead(Company.objects.get(pk=company_id).clock_offset):
        invoice_groups(actor=system("invoice together", company_id))
