"""The login page. Where the demo is on, one click is enough; where nobody works yet, an own company may be opened."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import views
from django.utils.translation import gettext_lazy as _

from omc.accounts.roles import ROLE_NAMES
from omc.demo.doors import STORY_DOORS
from omc.demo.house import CODE, PASSWORD, PEOPLE
from omc.demo.living import HOLDER
from omc.demo.opening import may_start_empty
from omc.lib.registry import Text
from orders.core.models import Company


@dataclass(frozen=True)
class Card:
    """A role one can step into with one click."""

    username: str
    person: str
    role: Text
    promise: Text
    icon: str


CARDS = (
    ("clara", "headset", _("Enter an order, see what waits for you, answer “where is it?”")),
    ("erin", "chart-line", _("Read the cycle wall, walk with an order, see where money waits")),
    ("otto", "truck", _("Release shipments, watch the warehouse, move what is late")),
    ("ada", "sliders-horizontal", _("Rules, holds, people, settings; what runs and what failed")),
)


def demo_is_on() -> bool:
    return Company.objects.filter(code=CODE, is_demo=True, held_by__in=["", HOLDER]).exists()


class LoginView(views.LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if demo_is_on():
            people = {username: (name, ROLE_NAMES[roles[0]]) for username, name, roles, _department in PEOPLE}
            context["cards"] = [Card(name, *people[name], promise, icon) for name, icon, promise in CARDS]
            large = {card[0] for card in CARDS}
            others = [(username, *people[username]) for username, *_rest in PEOPLE if username not in large]
            context["others"] = [{"username": name, "person": person, "role": role} for name, person, role in others]
            context["stories"] = STORY_DOORS
            context["password"] = PASSWORD
        context["may_start_empty"] = may_start_empty()
        return context
