"""Price lists and their breaks, by rows alone."""

from decimal import Decimal

import factory

from omc.lib import clock
from orders.pricing.models import ExchangeRate, PriceBreak, PriceList, TaxRule
from tests.factories import make_company


class PriceListFactory(factory.django.DjangoModelFactory[PriceList]):
    class Meta:
        model = PriceList

    company = factory.LazyFunction(make_company)
    code = factory.Sequence(lambda n: f"PL{n}")
    name = factory.LazyAttribute(lambda o: f"List {o.code}")
    kind = "base"
    currency = factory.LazyAttribute(lambda o: o.company.currency)
    created_at = factory.LazyFunction(clock.now)


class PriceBreakFactory(factory.django.DjangoModelFactory[PriceBreak]):
    class Meta:
        model = PriceBreak

    price_list = factory.SubFactory(PriceListFactory)
    min_quantity = Decimal(1)
    unit_price = Decimal("10.0000")
    created_at = factory.LazyFunction(clock.now)


class TaxRuleFactory(factory.django.DjangoModelFactory[TaxRule]):
    class Meta:
        model = TaxRule

    code = factory.Sequence(lambda n: f"T{n}")
    name = factory.LazyAttribute(lambda o: f"Tax {o.code}")
    country = "DE"
    rate = Decimal("19.0000")


class ExchangeRateFactory(factory.django.DjangoModelFactory[ExchangeRate]):
    class Meta:
        model = ExchangeRate

    currency = "EUR"
    rate = Decimal("1.25000000")
