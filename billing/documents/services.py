from typing import Final

from billing.models import DocumentForm, DocumentWay
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Customer
from orders.core.services.history import keep_change

# The schemes of electronic addresses that customers of ours use. Source: CEF EAS code list (BR-CL-25).
SCHEMES: Final = {
    "EM": "E-mail",
    "0088": "GLN",
    "0060": "DUNS",
    "0204": "Leitweg-ID",
    "9930": "VAT number, Germany",
    "9915": "VAT number, Austria",
    "0002": "SIRENE, France",
    "0009": "SIRET, France",
    "9957": "VAT number, France",
    "0208": "Enterprise number, Belgium",
    "0106": "KVK, Netherlands",
    "9944": "VAT number, Netherlands",
    "0184": "CVR, Denmark",
    "0192": "Organization number, Norway",
    "0007": "Organization number, Sweden",
    "9927": "UID, Switzerland",
}
FIELDS: Final = ("form", "buyer_reference", "endpoint_scheme", "endpoint_id")


@verb(silent="master data keeps its own before/after history")
def choose_document_way(
    *,
    customer_id: int,
    form: str,
    actor: Actor,
    buyer_reference: str = "",
    endpoint_scheme: str = "",
    endpoint_id: str = "",
) -> DocumentWay:
    """Keep in which form a customer gets invoices and credit notes from now on, and how their programs are addressed.

    Raises: InvalidInput, NotFound
    """
    require(actor, "billing.post_invoice")
    customer = Customer.objects.select_for_update().filter(pk=customer_id, company_id=actor.company_id).first()
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    if form not in DocumentForm.values:
        raise InvalidInput("Choose PDF, Factur-X or UBL.", field="form")
    if endpoint_scheme and endpoint_scheme not in SCHEMES:
        raise InvalidInput("There is no such kind of electronic address.", field="endpoint_scheme")
    if bool(endpoint_scheme) != bool(endpoint_id.strip()):
        empty = "endpoint_id" if endpoint_scheme else "endpoint_scheme"
        raise InvalidInput("An electronic address needs both its kind and the address.", field=empty)
    values = (form, buyer_reference.strip(), endpoint_scheme, endpoint_id.strip())
    way = DocumentWay.objects.filter(customer=customer).first() or DocumentWay(customer=customer)
    before = {name: getattr(way, name) for name in FIELDS}
    after = dict(zip(FIELDS, values, strict=True))
    changed = [name for name in FIELDS if before[name] != after[name]]
    if changed:
        for name in changed:
            setattr(way, name, after[name])
        way.save()
        keep_change(
            customer,
            {f"documents.{name}": before[name] for name in changed},
            {f"documents.{name}": after[name] for name in changed},
            actor=actor,
        )
    return way
