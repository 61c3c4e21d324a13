"""What beat starts, and where it goes."""

from omc.celery import app


def test_every_entry_of_the_timetable_is_a_task_that_exists() -> None:
    app.finalize(auto=True)
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_a_lost_message_loses_nothing_for_the_outbox_is_swept_every_few_seconds() -> None:
    app.finalize(auto=True)
    sweep = next(
        entry for entry in app.conf.beat_schedule.values() if entry["task"] == "orders.core.tasks.sweep_outbox"
    )
    assert sweep["schedule"] <= 10


def test_heavy_work_waits_in_its_own_queue() -> None:
    routed = app.amqp.router.route({}, "analytics.tasks.anything")
    assert routed["queue"].name == "analytics"
    assert app.amqp.router.route({}, "orders.core.tasks.sweep_outbox")["queue"].name == "default"
    assert set(app.amqp.queues) == {"interactive", "default", "analytics"}


def test_a_task_is_acknowledged_when_it_is_done_and_comes_back_in_time() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit
