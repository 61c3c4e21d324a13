"""Tax rules and exchange rates: reference data that every price needs."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Company
from orders.core.services.history import change_row
from orders.pricing.models import ExchangeRate, TaxRule
from orders.pricing.rules.taxes import FOR_REGISTERED

ZERO_RATED = TaxRule.Category.ZERO


def load_tax_rules(company_id: int) -> None:
    """The rules a company starts from: no tax in the United States, and none where nothing else is said."""
    if TaxRule.objects.filter(company_id=company_id).exists():
        return
    TaxRule.objects.bulk_create(
        [
            TaxRule(
                company_id=company_id,
                code=code,
                name=name,
                country=country,
                tax_class="standard",
                category=ZERO_RATED,
                rate=Decimal(0),
            )
            for code, name, country in (("NO-TAX", "No tax", ""), ("US-NO-TAX", "United States, no sales tax", "US"))
        ]
    )


@verb(silent="tax rules are master data; the change history keeps what they were")
def save_tax_rule(
    *,
    code: str,
    name: str,
    country: str,
    region: str,
    tax_class: str,
    category: str,
    rate: Decimal,
    valid_from: date | None,
    is_active: bool,
    actor: Actor,
    rule_id: int | None = None,
) -> TaxRule:
    """Add a tax rule, or change one.

    Units: ``rate`` in percent.
    Raises: InvalidInput, NotFound
    """
    require(actor, "pricing.edit_price_list")
    values = {
        "code": code.strip().upper(),
        "name": name.strip(),
        "country": country.strip().upper(),
        "region": region.strip(),
        "tax_class": tax_class.strip() or "standard",
        "category": category,
        "rate": rate,
        "valid_from": valid_from,
        "is_active": is_active,
    }
    if rate < 0 or (category != TaxRule.Category.STANDARD and rate):
        raise InvalidInput("Only the standard category has a rate, and it is not negative.", field="rate")
    if region.strip() and not country.strip():
        raise InvalidInput("A region belongs to a country.", field="region")
    try:
        with transaction.atomic():
            if rule_id is None:
                return TaxRule.objects.create(company_id=actor.company_id, **values)
            rule = TaxRule.objects.select_for_update().filter(pk=rule_id, company_id=actor.company_id).first()
            if rule is None:
                raise NotFound(f"There is no tax rule {rule_id}.")
            _keep_last_resort(rule, values)
            change_row(rule, values, actor=actor)
            return rule
    except IntegrityError:
        raise InvalidInput(
            "There is a rule for this country, region, class, category and start already.", field="country"
        ) from None


def _keep_last_resort(rule: TaxRule, values: dict[str, object]) -> None:
    """Without a rule for everywhere else nothing could be priced for a country nobody thought of."""
    is_last = not rule.country and rule.is_active and rule.tax_class == "standard" and rule.valid_from is None
    stays = (
        not values["country"]
        and values["is_active"]
        and values["valid_from"] is None
        and values["category"] not in FOR_REGISTERED
    )
    if is_last and not stays:
        raise InvalidInput("This is the rule for everywhere else; it has to stay. Change its rate.", field="is_active")


@verb(silent="exchange rates are rows by day; each is its own record")
def set_rate(*, currency: str, day: date, rate: Decimal, actor: Actor) -> ExchangeRate:
    """Enter what a currency is worth in company currency from a day on.

    Raises: InvalidInput for the company's own currency or a rate that is not above zero
    """
    require(actor, "pricing.edit_price_list")
    currency = currency.strip().upper()
    if len(currency) != 3 or not currency.isalpha():
        raise InvalidInput("A currency has three letters, for example EUR.", field="currency")
    if Company.objects.filter(pk=actor.company_id, currency=currency).exists():
        raise InvalidInput(f"{currency} is the company's own currency.", field="currency")
    if rate <= 0:
        raise InvalidInput("A rate is above zero.", field="rate")
    row, _made = ExchangeRate.objects.update_or_create(
        company_id=actor.company_id, currency=currency, day=day, defaults={"rate": rate}
    )
    return row
