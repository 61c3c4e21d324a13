"""Going through a tour. A tour never changes the company's data: people do, through the screens it leads them to."""

from django.db.models import Max

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.service import verb
from omc.tour.models import Walk
from omc.tour.steps import Tour
from omc.tour.tours import TOURS
from orders.core.models import Event

SILENT = "how far somebody got in a tour is theirs, not the company's"


def _tour(key: str, actor: Actor) -> tuple[Tour, int]:
    """The tour, and who walks it."""
    tour = TOURS.get(key)
    if tour is None or actor.user_id is None or not actor.can(tour.permission):
        raise NotFound(f"There is no tour {key} for you.", tour=key)
    return tour, actor.user_id


def _lock_or_open(key: str, user_id: int) -> Walk:
    now = clock.now()
    Walk.objects.bulk_create([Walk(user_id=user_id, tour=key, step_at=now, started_at=now)], ignore_conflicts=True)
    return Walk.objects.select_for_update().get(user_id=user_id, tour=key)


def _lock(key: str, user_id: int) -> Walk:
    walk = Walk.objects.select_for_update().filter(user_id=user_id, tour=key).first()
    if walk is None:
        raise NotFound("You have not begun this tour.", tour=key)
    return walk


def _enter(walk: Walk, step: int, tour: Tour) -> Walk:
    walk.step, walk.step_at = step, clock.now()
    walk.after_event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    walk.left_at = clock.now() if step >= len(tour.steps) else None
    walk.save()
    return walk


@verb(silent=SILENT)
def begin(*, tour: str, actor: Actor, again: bool = False) -> Walk:
    """Start a tour, or go on where it was left; one that was finished, or ``again``, starts anew."""
    found, user_id = _tour(tour, actor)
    walk = _lock_or_open(tour, user_id)
    anew = again or walk.step >= len(found.steps)
    return _enter(walk, 0 if anew else walk.step, found)


def glance(*, tour: str, path: str, actor: Actor) -> tuple[Walk, bool]:
    """Where somebody stands, and whether the deed of this step is done; locks and changes nothing."""
    found, user_id = _tour(tour, actor)
    walk = Walk.objects.filter(user_id=user_id, tour=tour).first()
    if walk is None:
        raise NotFound("You have not begun this tour.", tour=tour)
    return walk, walk.step < len(found.steps) and found.steps[walk.step].done(walk, actor, path)


@verb(silent=SILENT)
def look(*, tour: str, path: str, actor: Actor) -> tuple[Walk, bool]:
    """Go to the next step when the deed of this one is done; answers the walk, and whether it went on."""
    found, user_id = _tour(tour, actor)
    walk = _lock(tour, user_id)
    if walk.step >= len(found.steps) or not found.steps[walk.step].done(walk, actor, path):
        return walk, False
    return _enter(walk, walk.step + 1, found), True


@verb(silent=SILENT)
def skip_step(*, tour: str, actor: Actor) -> Walk:
    """Leave the step undone and go to the next."""
    found, user_id = _tour(tour, actor)
    walk = _lock(tour, user_id)
    return _enter(walk, min(walk.step + 1, len(found.steps)), found)


@verb(silent=SILENT)
def leave(*, tour: str, actor: Actor) -> Walk:
    """Put the tour aside; it goes on from here whenever it is begun again."""
    _, user_id = _tour(tour, actor)
    walk = _lock_or_open(tour, user_id)
    walk.left_at = clock.now()
    walk.save(update_fields=["left_at"])
    return walk
