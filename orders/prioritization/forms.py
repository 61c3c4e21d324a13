"""Forms of stage 5: they check form, never rules."""

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Path = tuple[str | int, ...]


class RuleSetForm(forms.Form):
    """The numbers of a rule set: points per day, the limits of its groups, the points of its rules."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    points_per_day = forms.DecimalField(
        label=gettext_lazy("Points per working day of waiting"), max_digits=10, decimal_places=4, min_value=Decimal(0)
    )

    def __init__(self, *args: Any, body: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body
        self.paths: dict[str, Path] = {}
        for number, (path, label) in enumerate(_numbers(body)):
            name = f"n{number}"
            self.paths[name] = path
            self.fields[name] = forms.DecimalField(
                label=label, max_digits=14, decimal_places=4, initial=Decimal(str(_at(body, path)))
            )

    def sections(self) -> list[dict[str, Any]]:
        """Group by group: its limits, and each rule with its numbers, as bound fields."""
        found = []
        for index, group in enumerate(self.body["groups"]):
            rules = [
                {"rule": rule, "fields": self._bound(("rules", place))}
                for place, rule in enumerate(self.body["rules"])
                if rule["group"] == group["key"]
            ]
            found.append({"group": group, "fields": self._bound(("groups", index)), "rules": rules})
        return found

    def _bound(self, start: Path) -> list[forms.BoundField]:
        return [self[name] for name, path in self.paths.items() if path[: len(start)] == start]

    def new_body(self) -> dict[str, Any]:
        """The body with the numbers as typed."""
        body = deepcopy(self.body)
        for name, path in self.paths.items():
            place: Any = body
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = format(self.cleaned_data[name].normalize(), "f")
        return body


def _at(body: Any, path: Path) -> Any:
    for step in path:
        body = body[step]
    return body


def _numbers(body: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Where the numbers of a rule set are, and what each is called."""
    for index in range(len(body["groups"])):
        yield ("groups", index, "low"), _("At least")
        yield ("groups", index, "high"), _("At most")
    for index, rule in enumerate(body["rules"]):
        start: Path = ("rules", index, "points")
        points = rule["points"]
        match points["kind"]:
            case "constant":
                yield (*start, "points"), _("Points")
            case "factor":
                yield (*start, "factor"), _("Points for each")
                yield (*start, "low"), _("At least")
                yield (*start, "high"), _("At most")
            case "lookup":
                for word in points["table"]:
                    said = {"true": _("yes"), "false": _("no")}.get(word, word)
                    yield (*start, "table", word), _("Points for %(word)s") % {"word": said}
                yield (*start, "otherwise"), _("Otherwise")
            case "bands":
                yield (*start, "otherwise"), _("Points below %(begin)s") % {"begin": points["bands"][0][0]}
                for place, (begin, _points) in enumerate(points["bands"]):
                    yield (*start, "bands", place, 0), _("From")
                    yield (*start, "bands", place, 1), _("Points from %(begin)s on") % {"begin": begin}
