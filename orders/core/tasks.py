from celery import shared_task

from orders.core import outbox
from orders.core.services import jobs, messages


@shared_task
def drain_subscriber(name: str) -> int:
    return outbox.drain(name)


@shared_task
def sweep_outbox() -> int:
    return outbox.drain_all()


@shared_task
def run_job(run_id: int) -> None:
    jobs.execute(run_id)


@shared_task
def sweep_jobs() -> int:
    return jobs.sweep()


@shared_task
def send_messages() -> int:
    return messages.send_waiting()
