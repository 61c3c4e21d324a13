"""What the clock starts, for every company that nothing else holds."""

from contextlib import suppress

from omc.lib.actor import Actor
from orders.core.models import Company
from orders.core.selectors.companies import today
from orders.core.services.everywhere import everywhere
from orders.core.services.jobs import JobRefused, start_job
from planning.models import Forecast
from planning.selectors import forecasts
from planning.services import forecast_demand, reconcile_stock


def reconcile_everywhere() -> int:
    """Check the stock of every company; returns how many checks were started."""
    return everywhere(reconcile_stock.KIND, _start_check, history=True)


def forecast_everywhere() -> int:
    """Forecast every company; an imported history, which never changes, only once. Returns how many were started."""
    return everywhere(forecasts.KIND, _start_forecast, history=True)


def _start_check(*, actor: Actor) -> int:
    day = today(Company.objects.get(pk=actor.company_id))
    with suppress(JobRefused):
        start_job(kind=reconcile_stock.KIND, inputs={"day": day.isoformat()}, actor=actor)
        return 1
    return 0


def _start_forecast(*, actor: Actor) -> int:
    stands_still = Company.objects.filter(pk=actor.company_id, is_history=True).exists()
    if stands_still and Forecast.objects.filter(company_id=actor.company_id, is_current=True).exists():
        return 0
    with suppress(JobRefused):
        forecast_demand.request_forecast(actor=actor)
        return 1
    return 0
