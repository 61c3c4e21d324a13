"""Charts drawn on the server: they print, need no script, and carry their numbers as a table."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from omc.lib.templatetags.figures import needed_places, signed
from omc.lib.templatetags.ui import read

register = template.Library()

WIDTH, HEIGHT = 1000.0, 200.0  # of a plot's own coordinates; it stretches to its place
NARROW_BARS = 0.6  # when the deltas of a bridge are small beside its totals, its axis does not start at zero


def _places(values: Iterable[float]) -> int:
    """Decimals that tell the values of one chart apart, at most two."""
    return max((needed_places(round(value, 2), 0, 2) for value in values), default=0)


def _round_step(rough: float) -> float:
    """The next larger of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if rough <= step * power * 1.0000001)


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers that enclose the values, lowest first.

    >>> ticks(0, 87)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    if low == high:
        high = low + 1
    step = _round_step((high - low) / wanted)
    first, last = floor(low / step), ceil(high / step)
    return [round(count * step, 10) for count in range(first, last + 1)]


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    series: Sequence[Mapping[str, Any]],
    labels: Sequence[Any],
    unit: str,
    title: str,
    band: Mapping[str, Any] | None = None,
    short: bool = False,
    marks: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Lines over the same labels. A series has ``name`` and ``values`` (None where there is nothing); a band has
    ``name``, ``low`` and ``high``; marks have ``name`` and ``points``, each the index of a label and a value, of which
    the table tells the first per label. At most four series."""
    edges = [*band["low"], *band["high"]] if band else []
    points: list[tuple[int, Any]] = list(marks["points"]) if marks else []
    edges += [value for _index, value in points]
    seen = [float(v) for v in [*edges, *(v for one in series for v in one["values"])] if v is not None]
    if not seen:
        return {"title": title}
    scale = ticks(min(0.0, *seen), max(seen))
    low, span = scale[0], scale[-1] - scale[0]
    step = WIDTH / max(1, len(labels) - 1)

    def spot(index: int, value: Any) -> str:
        return f"{index * step:.1f},{HEIGHT - (float(value) - low) / span * HEIGHT:.1f}"

    def path(values: Sequence[Any]) -> str:
        drawn, pen = [], "M"
        for index, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            drawn.append(pen + spot(index, value) + ("h0" if pen == "M" else ""))  # a point alone is a dot
            pen = "L"
        return " ".join(drawn)

    area = ""
    if band:
        known = [i for i, value in enumerate(band["low"]) if value is not None and band["high"][i] is not None]
        there = [spot(i, band["high"][i]) for i in known]
        back = [spot(i, band["low"][i]) for i in reversed(known)]
        area = " ".join(there + back)
    columns = [*({"name": one["name"], "values": one["values"]} for one in series)]
    if band:
        columns += [
            {"name": _("%(band)s, low") % {"band": band["name"]}, "values": band["low"]},
            {"name": _("%(band)s, high") % {"band": band["name"]}, "values": band["high"]},
        ]
    mark = None
    if marks and points:
        first = dict(reversed(points))
        columns.append({"name": marks["name"], "values": [first.get(index) for index in range(len(labels))]})
        mark = {"name": marks["name"], "path": " ".join(f"M{spot(*each)}h0" for each in points)}
    places = _places(scale)
    return {
        "title": title,
        "unit": unit,
        "short": short,
        "mark": mark,
        "lines": [{"name": s["name"], "path": path(s["values"]), "number": n} for n, s in enumerate(series, 1)],
        "area": area,
        "band": band,
        "rules": [{"y": f"{HEIGHT - (t - low) / span * HEIGHT:.1f}", "zero": t == 0} for t in scale],
        "scale": [signed(t, places) for t in reversed(scale)],
        "ends": [labels[i] for i in sorted({0, len(labels) // 2, len(labels) - 1})],
        "columns": columns,
        "rows": [(name, [c["values"][i] for c in columns]) for i, name in enumerate(labels)],
    }


@register.inclusion_tag("components/waterfall.html")
def waterfall(steps: Iterable[Any], unit: str, title: str) -> dict[str, Any]:
    """A bridge: totals stand on the axis, deltas hang where the one before ended.

    A step has ``label``, ``value``, ``kind`` ("total" or "delta") and may have ``url``.
    """
    rows: list[dict[str, Any]] = []
    level = 0.0
    for step in steps:
        value = read(step, "value")
        total = read(step, "kind", "delta") == "total"
        start, level = (0.0, float(value)) if total else (level, level + float(value))
        rows.append({"step": step, "total": total, "value": value, "start": start, "end": level})
    if not rows:
        return {"title": title}
    ends: list[float] = [row["end"] for row in rows]
    bottom, top = min(0.0, *ends), max(0.0, *ends)
    cut = min(ends) > NARROW_BARS * top
    if cut:
        bottom = ticks(min(ends) - (top - min(ends)), top)[0]
        cut = bottom > 0
    span = (top - bottom) or 1.0

    def place(value: float) -> float:
        return max(0.0, (value - bottom) / span * WIDTH)

    for before, row in zip([None, *rows], rows, strict=False):
        left, right = sorted((place(row["start"]), place(row["end"])))
        row |= {
            "x": f"{left:.1f}",
            "width": f"{max(right - left, 1.5):.1f}",
            "from": f"{place(before['end']):.1f}" if before else "",
            "css": "total" if row["total"] else "up" if row["value"] >= 0 else "down",
            "text": signed(row["value"], 2, plus=not row["total"]),
        }
    return {
        "title": title,
        "unit": unit,
        "rows": rows,
        "cut": signed(bottom, 0) if cut else "",
        "zero": f"{place(0):.1f}",
    }


@register.inclusion_tag("components/bars.html")
def bars(rows: Iterable[Any], unit: str, title: str) -> dict[str, Any]:
    """One bar per row, the longest full width. A row has ``label`` and ``value``, maybe ``url`` and ``meaning``."""
    seen = list(rows)
    values = [float(read(row, "value") or 0) for row in seen]
    longest = max(values, default=0) or 1
    places = _places(values)
    drawn = [
        {"row": row, "width": f"{max(0.0, value) / longest * WIDTH:.1f}", "text": signed(value, places)}
        for row, value in zip(seen, values, strict=True)
    ]
    return {"title": title, "unit": unit, "rows": drawn}


@register.simple_tag
def sparkline(values: Sequence[Any], label: str) -> SafeString:
    """A small line without an axis; the label says what it shows, since a picture alone says it to some only."""
    known = [(i, float(v)) for i, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return format_html('<span class="missing">{}</span>', _("too few points"))
    low, high = min(v for _i, v in known), max(v for _i, v in known)
    span, step = (high - low) or 1.0, 88 / (len(values) - 1)
    points = " ".join(f"{i * step:.1f},{18 - (v - low) / span * 16:.1f}" for i, v in known)
    return format_html(
        '<svg class="sparkline" viewBox="0 0 88 20" role="img" aria-label="{}">'
        '<polyline class="line line-1" points="{}"></polyline></svg>',
        label,
        points,
    )


@register.simple_tag
def meter(parts: Any, whole: Any, label: str, meaning: str = "") -> SafeString:
    """How much of a whole, as a small bar."""
    share = min(1.0, max(0.0, float(parts or 0) / float(whole))) if whole else 0.0
    bars_drawn = format_html_join(
        "",
        '<rect class="bar {}" x="0" width="{}" height="8" rx="2"></rect>',
        [("rest", "88"), (meaning, f"{share * 88:.1f}")],
    )
    return format_html('<svg class="meter" viewBox="0 0 88 8" role="img" aria-label="{}">{}</svg>', label, bars_drawn)
