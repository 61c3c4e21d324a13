"""The order of elements in a UBL order response, as its schemas have it (OASIS UBL 2, xsdrt), for the parts we write."""

from xml.etree.ElementTree import Element

SEQUENCES: dict[str, tuple[str, ...]] = {  # "!" must be there
    "OrderResponse": (
        "UBLVersionID", "CustomizationID", "ProfileID", "ProfileExecutionID", "ID!", "SalesOrderID", "CopyIndicator", "UUID",
        "IssueDate!", "IssueTime", "OrderResponseCode", "Note", "DocumentCurrencyCode", "PricingCurrencyCode",
        "TaxCurrencyCode", "CustomerReference", "ValidityPeriod", "OrderReference!", "OrderDocumentReference", "Contract",
        "SellerSupplierParty!", "BuyerCustomerParty!", "Delivery", "TaxTotal", "LegalMonetaryTotal", "OrderLine",
    ),
    "OrderLine": ("SubstitutionStatusCode", "Note", "LineItem!", "SellerProposedSubstituteLineItem", "OrderLineReference"),
    "LineItem": (
        "ID!", "SalesOrderID", "UUID", "Note", "LineStatusCode", "Quantity", "LineExtensionAmount", "TotalTaxAmount",
        "Delivery", "DeliveryTerms", "PricingReference", "AllowanceCharge", "Price", "Item!",
    ),
    "Delivery": ("ID", "Quantity", "DeliveryLocation", "RequestedDeliveryPeriod", "PromisedDeliveryPeriod"),
    "PromisedDeliveryPeriod": ("StartDate", "StartTime", "EndDate", "EndTime"),
    "Price": ("PriceAmount!", "BaseQuantity"),
    "Item": (
        "Description", "PackQuantity", "Name", "BuyersItemIdentification", "SellersItemIdentification",
        "StandardItemIdentification",
    ),
    "BuyersItemIdentification": ("ID!",), "SellersItemIdentification": ("ID!",), "OrderReference": ("ID!",),
    "OrderLineReference": ("LineID!", "SalesOrderLineID"), "SellerSupplierParty": ("Party",), "BuyerCustomerParty": ("Party",),
    "Party": ("EndpointID", "PartyIdentification", "PartyName"), "PartyName": ("Name!",),
}  # fmt: skip


def out_of_place(element: Element) -> list[str]:
    """What a schema would not take: an element that is not known there, stands too late, or is missing."""
    name = local(element)
    if name not in SEQUENCES:
        return [] if not len(element) else [f"{name} is not known"]
    places = {one.rstrip("!"): place for place, one in enumerate(SEQUENCES[name])}
    found = [local(child) for child in element]
    wrong = [f"{child} in {name}" for child in found if child not in places]
    known = [places[child] for child in found if child in places]
    if known != sorted(known):
        wrong.append(f"the order of {', '.join(found)} in {name}")
    wrong += [f"{one} is missing in {name}" for one in SEQUENCES[name] if one.endswith("!") and one[:-1] not in found]
    return wrong + [problem for child in element for problem in out_of_place(child)]


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
