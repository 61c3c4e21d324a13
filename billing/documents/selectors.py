"""How customers want documents."""

from billing.models import DocumentForm, DocumentWay
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import Customer


def customer_of(customer_id: int, actor: Actor) -> Customer:
    """A customer of the actor's company. Raises: NotFound"""
    found = Customer.objects.filter(pk=customer_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return found


def way_of(customer: Customer) -> DocumentWay:
    """How a customer wants documents; a PDF where nobody said."""
    return DocumentWay.objects.filter(customer=customer).first() or DocumentWay(
        customer=customer, form=DocumentForm.PDF
    )
