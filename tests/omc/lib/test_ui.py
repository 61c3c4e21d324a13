"""Figures carry their unit, unknown is never zero, times are the reader's own."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, RequestContext, engines
from django.test import RequestFactory
from django.utils import timezone

from omc.lib import clock
from omc.lib.templatetags import charts, states, ui

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def draw(source: str, **values: object) -> str:
    template = engines["django"].engine.from_string("{% load ui charts %}" + source)
    request = values.get("request")
    return template.render(RequestContext(request, values) if request else Context(values))


def words(markup: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", str(markup)).split())


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (ui.money(Decimal("1234.5"), "EUR"), "1,234.50 EUR"),
        (ui.money(Decimal(-75), "EUR"), "−75.00 EUR"),
        (ui.money(Decimal("0.125"), "EUR"), "0.13 EUR"),
        (ui.money(Decimal("0.1250"), "EUR", places=4), "0.125 EUR"),
        (ui.money(Decimal(3), "EUR", plus=True), "+3.00 EUR"),
        (ui.money(Decimal("-0.001"), "EUR"), "0.00 EUR"),
        (ui.money(None, "EUR"), "unknown"),
        (ui.money(0, "EUR"), "0.00 EUR"),
        (ui.qty(Decimal("12.500000"), "EA"), "12.5 EA"),
        (ui.qty(Decimal("100.000000"), "EA"), "100 EA"),
        (ui.qty(1200, "orders"), "1,200 orders"),
        (ui.qty(None, "EA", missing="not in this data"), "not in this data"),
        (ui.percent(Decimal("12.25")), "12.3 %"),
        (ui.percent(None), "unknown"),
        (ui.duration(0), "0 min"),
        (ui.duration(3060), "2 d 3 h"),
        (ui.duration(timedelta(hours=3, minutes=20)), "3 h 20 min"),
        (ui.duration(None), "unknown"),
    ],
)
def test_a_figure_says_its_unit_or_that_it_is_unknown(drawn: object, said: str) -> None:
    assert words(drawn) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOON - timedelta(seconds=20), "23 Nov 11:59 just now"),
        (NOON - timedelta(hours=2, minutes=10), "23 Nov 09:50 2 h ago"),
        (NOON - timedelta(days=3, hours=5), "20 Nov 07:00 3 d ago"),
        (NOON + timedelta(days=1), "24 Nov 12:00 in 1 d"),
        (datetime(2011, 12, 9, 12, 50, tzinfo=UTC), "9 Dec 2011 12:50"),
        (date(2026, 12, 24), "24 Dec"),
        (None, "not set"),
    ],
)
def test_a_moment_comes_with_its_age(moment: date | None, said: str) -> None:
    assert words(ui.when(moment)) == said


def test_a_moment_is_in_the_zone_of_the_reader() -> None:
    with timezone.override("America/Chicago"):
        assert words(ui.when(datetime(2026, 11, 23, 3, 0, tzinfo=UTC), age=False)) == "22 Nov 21:00"


@pytest.mark.parametrize("look", states.STATES.values(), ids=states.STATES)
def test_every_state_has_a_word_an_icon_and_a_known_meaning(look: states.Look) -> None:
    chip = ui.chip(look.word, look.meaning, look.icon)
    assert words(chip) == str(look.word)
    assert "<svg" in chip
    assert "style=" not in chip


def test_a_state_nobody_listed_reads_as_its_own_word() -> None:
    assert words(ui.state("awaiting_customs")) == "Awaiting customs"


def test_text_from_people_is_escaped() -> None:
    assert "<b>" not in draw('{% chip word "risk" %}{% panel word %}{{ word }}{% endpanel %}', word="<b>loud</b>")


def test_the_wait_between_two_events_is_drawn_and_named() -> None:
    events = [
        {"at": NOON - timedelta(days=3), "sentence": "Submitted"},
        {"at": NOON - timedelta(days=1), "sentence": "Paid", "wait_kind": "customer"},
        {"at": NOON - timedelta(hours=5), "sentence": "Confirmed", "by": "M. Castillo"},
    ]
    said = words(draw("{% timeline events until=now %}", events=events, now=NOON))
    assert "2 d with the customer" in said
    assert "waited 19 h" in said
    assert said.endswith("waiting for 5 h now")


def test_a_closed_story_does_not_go_on_waiting() -> None:
    assert "waiting" not in draw("{% timeline events %}", events=[{"at": NOON, "sentence": "Closed"}])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("nothing", "Nothing here yet"),
        ("no_match", "No row matches these filters Clear filters"),
        ("not_allowed", "Your role does not show this"),
        ("computing", "Still being computed"),
        ("not_in_data", "Not in this data"),
    ],
)
def test_each_kind_of_nothing_has_its_own_words(kind: str, said: str) -> None:
    assert words(draw("{% empty_state kind %}", kind=kind)) == said


class CountForm(forms.Form):
    count = forms.IntegerField(min_value=1, help_text="Whole packs.")


def test_a_refused_field_is_tied_to_its_reason() -> None:
    drawn = draw("{% field form.count %}", form=CountForm({"count": "0"}))
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_count_helptext id_count_error"' in drawn
    assert 'id="id_count_helptext"' in drawn
    assert 'id="id_count_error"' in drawn
    assert words(drawn).endswith("Whole packs. Ensure this value is greater than or equal to 1.")


def test_the_pager_keeps_the_query_and_drops_the_other_cursor() -> None:
    request = RequestFactory().get("/orders/", {"state": "open", "before": "b1"})
    drawn = draw("{% pager page %}", request=request, page=SimpleNamespace(next="n1", previous=""))
    assert "?state=open&amp;after=n1" in drawn
    assert 'rel="prev"' not in drawn


@pytest.mark.parametrize(("path", "marked"), [("/orders/", True), ("/orders/7/", True), ("/", False)])
def test_the_link_to_where_one_is_says_so(path: str, marked: bool) -> None:
    drawn = draw("{% current '/orders/' %}", request=RequestFactory().get(path))
    assert ("aria-current" in drawn) is marked


def test_a_bridge_hangs_each_step_where_the_one_before_ended() -> None:
    steps = [
        {"label": "Before", "value": Decimal(100), "kind": "total"},
        {"label": "Price", "value": Decimal(50)},
        {"label": "Cost", "value": Decimal(-150)},
        {"label": "After", "value": Decimal(0), "kind": "total"},
    ]
    rows = charts.waterfall(steps, "EUR", "Bridge")["rows"]
    spans = [(float(row["x"]), float(row["width"])) for row in rows[:3]]
    assert spans == [(0, 666.7), (666.7, 333.3), (0, 1000)]
    assert [row["css"] for row in rows] == ["total", "up", "down", "total"]


def test_a_bridge_that_does_not_start_at_zero_says_so() -> None:
    steps = [{"label": "Before", "value": 1000, "kind": "total"}, {"label": "Price", "value": 20}]
    drawn = words(draw("{% waterfall steps 'EUR' 'Bridge' %}", steps=steps))
    assert "Bars start at 980 EUR" in drawn


def test_a_line_breaks_where_nothing_is_known() -> None:
    chart = charts.line_chart([{"name": "Sold", "values": [0, None, 10, 10]}], list("abcd"), "EA", "Demand")
    assert chart["lines"][0]["path"] == "M0.0,200.0h0 M666.7,0.0h0 L1000.0,0.0"
    assert chart["scale"] == ["10.0", "7.5", "5.0", "2.5", "0.0"]


def test_a_chart_without_numbers_says_that_they_are_not_in_the_data() -> None:
    said = words(draw("{% line_chart series labels 'EA' 'Demand' %}", series=[{"name": "x", "values": []}], labels=[]))
    assert said == "Not in this data Demand"


@pytest.mark.parametrize(
    ("path", "marked", "below"),
    [("/b/", "/a/", ["/a/", "/b/"]), ("/c/", "/c/", []), ("/elsewhere/", "", [])],
)
def test_a_group_of_tabs_leads_to_its_first_screen_and_shows_the_others_below(
    path: str, marked: str, below: list[str]
) -> None:
    link = "<a href='{0}'{{% current '{0}' %}}>{0}</a>".replace("'", '"')
    source = (
        "{% tab_group 'Both' %}" + link.format("/a/") + link.format("/b/") + "{% endtab_group %}"
        "{% tab_group 'One' %}" + link.format("/c/") + "{% endtab_group %}{% tab_group 'None' %}{% endtab_group %}|"
        "{% tabs_below %}"
    )
    above, rest = draw(source, request=RequestFactory().get(path)).split("|")
    assert re.findall(r'href="([^"]+)"', above) == ["/a/", "/c/"]
    assert re.findall(r'href="([^"]+)" aria-current', above) == ([marked] if marked else [])
    assert re.findall(r'href="([^"]+)"', rest) == below
