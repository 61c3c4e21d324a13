"""The words every template may use: icons, chips, figures with their unit, times, panels, fields, pagers.

Cells of tables are plain functions, since a list draws hundreds of them; larger pieces are templates in
``templates/components/``.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.template.base import NodeList
from django.template.context import Context
from django.template.loader_tags import BlockNode
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from omc.lib import clock
from omc.lib.glossary import TERMS
from omc.lib.templatetags.figures import MINUTES_PER_DAY, age_text, duration_text, needed_places, signed
from omc.lib.templatetags.states import ICON_OF_MEANING, kind_of, look_of

register = template.Library()

GAP_STEPS_MINUTES = (15, 60, 240, 1440, 4320)  # from each of these on a gap is drawn one step longer


@cache
def _drawn(name: str, size: int) -> SafeString:
    return SafeString(lucide(name, size=size, **{"class": "icon", "aria-hidden": "true"}))


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """An icon inline; give a label only where no word stands beside it."""
    drawing = _drawn(name + "", size)
    if not label:
        return drawing
    return format_html('{}<span class="screen-reader">{}</span>', drawing, label)


@register.simple_tag
def chip(word: Any, meaning: str = "", icon: str = "") -> SafeString:
    """A word with its icon, colored by what it means: ok, wait, risk, broken, or nothing."""
    drawing = _drawn((icon or ICON_OF_MEANING[meaning]) + "", 14)
    return format_html('<span class="chip {}">{}{}</span>', meaning, drawing, word)


@register.simple_tag
def state(value: Any, label: str = "") -> SafeString:
    """The state of any document as a chip."""
    look = look_of(value)
    return chip(label or look.word, look.meaning, look.icon)


def _missing(text: str) -> SafeString:
    return format_html('<span class="missing">{}</span>', text or _("unknown"))


def _figure(digits: str, unit: Any) -> SafeString:
    if not unit:
        return format_html('<span class="num">{}</span>', digits)
    return format_html('<span class="num">{} <span class="unit">{}</span></span>', digits, unit)


@register.simple_tag
def money(amount: Any, currency: Any = "", places: int = 2, plus: bool = False, missing: str = "") -> SafeString:
    """An amount with its currency. ``places=4`` is for unit prices: further digits show only where there are any."""
    if amount is None or amount == "":
        return _missing(missing)
    return _figure(signed(amount, needed_places(amount, 2, places), plus), currency)


@register.simple_tag
def qty(value: Any, unit: Any = "", missing: str = "", one: Any = "", places: int | None = None) -> SafeString:
    """A quantity or count with its unit (``one``: that of a single one), without idle zeros unless ``places`` says."""
    if value is None or value == "":
        return _missing(missing)
    shown = signed(value, needed_places(value, 0, 6) if places is None else places)
    return _figure(shown, one if one and shown == "1" else unit)


@register.simple_tag
def percent(value: Any, places: int = 1, plus: bool = False, missing: str = "") -> SafeString:
    """Percent, given as percent: 12.5 is 12.5 %."""
    if value is None or value == "":
        return _missing(missing)
    return _figure(signed(value, places, plus), "%")


@register.simple_tag
def duration(minutes: Any, day_minutes: int = MINUTES_PER_DAY, missing: str = "") -> SafeString:
    """How long; business time says so by ``day_minutes`` of its calendar."""
    if minutes is None or minutes == "":
        return _missing(missing)
    return format_html('<span class="num">{}</span>', duration_text(minutes, day_minutes))


@lru_cache(4096)
def _day(day: date, this_year: int, language: str | None) -> str:
    """A day as people say it in a language, remembered: a page of a list shows hundreds of few."""
    return str(formats.date_format(day, "j M" if day.year == this_year else "j M Y"))


@register.simple_tag
def when(moment: date | datetime | None, age: bool = True, missing: str = "") -> SafeString:
    """A date, or a moment in the reader's own zone with its age; the full moment is in the title."""
    if not moment:
        return _missing(missing or _("not set"))
    this_year, language = clock.now().year, get_language()
    if not isinstance(moment, datetime):
        day = _day(moment, this_year, language)
        return format_html('<time class="num" datetime="{}">{}</time>', moment.isoformat(), day)
    local = moment.astimezone(timezone.get_current_timezone())
    day = _day(local.date(), this_year, language)
    text = format_html(
        '<time class="num" datetime="{}" title="{}">{} {}</time>',
        moment.isoformat(),
        local.strftime("%Y-%m-%d %H:%M:%S %Z"),
        day,
        f"{local:%H:%M}",
    )
    said = age_text(moment) if age else ""
    return format_html('{} <span class="unit nowrap">{}</span>', text, said) if said else text


@register.simple_tag(takes_context=True)
def current(context: Context, url: str, exact: bool = False) -> SafeString:
    """Marks the link that leads to where one is, or above it."""
    request = context.get("request")
    page = getattr(getattr(request, "htmx", None), "current_url_abs_path", None)  # a fragment belongs to its page
    path = str(page or getattr(request, "path", "")).partition("?")[0]
    here = path == url or (not exact and len(url) > 1 and path.startswith(url))
    return format_html(' aria-current="{}"', "page") if here else SafeString("")


@register.simple_block_tag(takes_context=True)
def tab_group(context: Context, content: str, title: str) -> SafeString:
    """One tab for several screens, given as links: it leads to the first of them, and is marked while one of them is open.

    The links themselves stand in the row below, drawn by ``tabs_below`` after the last group.
    """
    first = re.search(r'href="([^"]+)"', content)
    if first is None:  # none that this person may open
        return SafeString("")
    here = "aria-current=" in content
    if here:
        context.render_context["tabs_below"] = (title, content)
    return format_html('<a href="{}"{}>{}</a>', first[1], SafeString(' aria-current="true"') if here else "", title)


@register.simple_tag(takes_context=True)
def tabs_below(context: Context) -> SafeString:
    """The screens of the group one is in, when it has more than one."""
    title, links = context.render_context.get("tabs_below") or ("", "")
    if links.count("href=") < 2:
        return SafeString("")
    return format_html('<nav class="tabs below" aria-label="{}">{}</nav>', title, SafeString(links))


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """The block of that name once more, as the page filled it."""
    return BlockNode(name, NodeList()).render(context)


@register.simple_block_tag
def panel(
    content: str,
    title: str,
    count: int | None = None,
    icon: str = "",
    id: str = "",
    flush: bool = False,
    more_url: str = "",
    more: str = "",
) -> SafeString:
    """A titled section of a page. ``flush`` lets a table reach the edges; ``more`` is a link at its head."""
    return format_html(
        '<section class="panel" aria-label="{}"{}><header><h2>{}{}{}</h2>{}</header>'
        '<div class="panel-body{}">{}</div></section>',
        title,
        format_html(' id="{}"', id) if id else "",
        _drawn(icon + "", 16) if icon else "",
        title,
        "" if count is None else format_html(' <span class="count num">{}</span>', signed(count, 0)),
        format_html('<span class="panel-aside"><a href="{}">{}</a></span>', more_url, more) if more_url else "",
        " flush" if flush else "",
        content,
    )


@register.simple_tag
def term(key: str, word: str = "") -> SafeString:
    """A plain word; the field's own name for it and its meaning come on hover and focus, and are in the glossary."""
    known = TERMS[key]
    return format_html(
        '<a class="term" href="{}#{}" title="{}: {}">{}</a>',
        reverse("core:glossary"),
        known.anchor,
        known.technical,
        known.meaning,
        word or known.word,
    )


@register.simple_tag
def kind(name: str) -> SafeString:
    """What sort of document a search hit is: icon and word."""
    look = kind_of(name)
    return format_html('<span class="kind">{}{}</span>', _drawn(look.icon + "", 16), look.word)


EMPTY = {
    "nothing": ("inbox", gettext_lazy("Nothing here yet")),
    "no_match": ("search-x", gettext_lazy("No row matches these filters")),
    "not_allowed": ("lock", gettext_lazy("Your role does not show this")),
    "computing": ("loader-circle", gettext_lazy("Still being computed")),
    "not_in_data": ("circle-slash", gettext_lazy("Not in this data")),
}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    kind: str = "nothing", title: str = "", hint: str = "", url: str = "", action: str = ""
) -> dict[str, Any]:
    """Why there is nothing: nothing, no_match, not_allowed, computing or not_in_data."""
    drawing, words = EMPTY[kind]
    if kind == "no_match" and not url:
        url, action = "?", _("Clear filters")
    return {"kind": kind, "icon": drawing, "title": title or words, "hint": hint, "url": url, "action": action}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", css: str = "") -> dict[str, Any]:
    """A form field with its label, help and errors, tied together for every reader."""
    return {
        "field": bound,
        "label": label or bound.label,
        "css": css,
        "check": isinstance(bound.field.widget, CheckboxInput),
        "grouped": bound.use_fieldset,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Any, target: str = "", count: Any = "", unit: Any = "") -> dict[str, Any]:
    """Links to the next and previous rows of a keyset page, keeping the query.

    ``page`` has ``next`` and ``previous`` (cursors or empty); ``count`` is a text such as "1,000+" of ``unit``.
    With ``target`` the links swap that element instead of the page.
    """
    return {"request": context.get("request"), "page": page, "target": target, "count": count, "unit": unit}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int | None, label: str = "", unit: str = "", state: str = "running") -> dict[str, Any]:
    """How far a job is; without a total it only moves."""
    share = round(100 * done / total) if total else None
    return {"done": done, "total": total, "label": label, "unit": unit, "state": state, "share": share}


def read(thing: Any, name: str, default: Any = None) -> Any:
    return thing.get(name, default) if isinstance(thing, Mapping) else getattr(thing, name, default)


def _gap(minutes: float, kind: str) -> dict[str, Any]:
    length = sum(minutes >= step for step in GAP_STEPS_MINUTES)
    return {"length": length, "kind": kind, "said": duration_text(minutes)}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any], until: datetime | None = None) -> dict[str, Any]:
    """What happened, oldest first, with the waiting in between drawn to its length.

    Each event has ``at`` and ``sentence`` and may have ``by``, ``detail``, ``icon``, ``meaning``, and of the time
    before it ``wait_minutes`` (else counted from the event before) and ``wait_kind``: unattended (when nothing is
    said), customer, supply or work. ``until`` is now while the subject is still open, and draws what goes on.
    """
    rows, before = [], None
    for event in events:
        at = read(event, "at")
        waited = read(event, "wait_minutes")
        if waited is None and before is not None:
            waited = (at - before).total_seconds() / 60
        gap = None
        if before is not None and waited is not None:
            gap = _gap(float(waited), read(event, "wait_kind") or "unattended")
        rows.append({"event": event, "gap": gap, "icon": read(event, "icon") or "circle-small"})
        before = at
    open_gap = None
    if until is not None and before is not None:
        open_gap = _gap((until - before).total_seconds() / 60, "unattended")
    return {"rows": rows, "open_gap": open_gap}


@register.simple_tag
def open_count(number: int) -> str:
    """Open duties in words."""
    return ngettext("%(n)s open", "%(n)s open", number) % {"n": signed(number, 0)}
