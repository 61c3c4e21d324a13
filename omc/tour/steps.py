"""What a step of a tour is: words, a place, and a deed that ends it. A tour never does the deed itself."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import Resolver404, resolve

from omc.lib.actor import Actor
from omc.lib.registry import Text
from omc.tour.models import Walk
from orders.core.models import Event, Note, Setting

Done = Callable[[Walk, Actor, str], bool]
Where = Callable[[Actor], str]


@dataclass(frozen=True)
class Step:
    """``where(actor)`` is the address to go to, "" when the company has nothing for it; ``mark`` is the CSS selector of
    what the words speak about, on that page; ``done(walk, actor, path)`` says whether the deed is done."""

    title: Text
    text: Text
    where: Where
    mark: str
    done: Done


@dataclass(frozen=True)
class Tour:
    key: str
    name: Text
    permission: str  # who may do all of it
    steps: tuple[Step, ...]


def recorded(*types: str) -> Done:
    """The person did it: one of these facts is theirs, since the step began."""

    def done(walk: Walk, actor: Actor, path: str) -> bool:
        own = Event.objects.filter(
            pk__gt=walk.after_event, company_id=actor.company_id, user_id=walk.user_id, type__in=types
        )
        return own.exclude(request_id__startswith="demo-").exists()  # in the demo somebody plays the same person

    return done


def seen(*names: str) -> Done:
    """The person opened one of these pages."""

    def done(walk: Walk, actor: Actor, path: str) -> bool:
        try:
            return resolve(path).view_name in names
        except Resolver404:
            return False

    return done


def noted(walk: Walk, actor: Actor, path: str) -> bool:
    """The person wrote a note since the step began."""
    return Note.objects.filter(
        company_id=actor.company_id, author_id=walk.user_id, created_at__gte=walk.step_at
    ).exists()


def set_something(walk: Walk, actor: Actor, path: str) -> bool:
    """The person put a setting in force since the step began."""
    return Setting.objects.filter(
        company_id=actor.company_id, changed_by_id=walk.user_id, effective_from__gte=walk.step_at
    ).exists()
