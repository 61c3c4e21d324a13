"""What the clock starts, for every company that nothing else holds."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from omc.lib import clock
from omc.lib.actor import Actor, system
from orders.core.models import Company
from orders.core.selectors.companies import today
from orders.core.services.jobs import JobRefused, start_job
from planning.models import Forecast
from planning.selectors import forecasts
from planning.services import forecast_demand, reconcile_stock


def reconcile_everywhere() -> int:
    """Check the stock of every company; returns how many checks were started."""
    return sum(_started(_start_check, company, reconcile_stock.KIND) for company in _companies())


def forecast_everywhere() -> int:
    """Forecast every company; an imported history, which never changes, only once. Returns how many were started."""
    return sum(
        _started(_start_forecast, company, forecasts.KIND)
        for company in _companies()
        if not (company.is_history and Forecast.objects.filter(company=company, is_current=True).exists())
    )


def _companies() -> Iterator[Company]:
    return Company.objects.filter(held_by="").order_by("id").iterator()


def _started(start: Callable[[Company, Actor], object], company: Company, kind: str) -> bool:
    with clock.running_ahead(company.clock_offset), suppress(JobRefused):
        start(company, system(kind, company.pk))
        return True
    return False


def _start_check(company: Company, actor: Actor) -> object:
    return start_job(kind=reconcile_stock.KIND, inputs={"day": today(company).isoformat()}, actor=actor)


def _start_forecast(_company: Company, actor: Actor) -> object:
    return forecast_demand.request_forecast(actor=actor)
