"""Days as people say them: "by Fri", "12 Dec", "in two weeks". The same words on the same day mean the same day."""

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COUNT: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR: Final = r"(?:,?\s+(?P<year>20\d\d))?"

_ISO = re.compile(r"\b(20\d\d)-([01]\d)-([0-3]\d)\b")
_DAY_MONTH = re.compile(rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}\b{_YEAR}", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\d){_YEAR}", re.IGNORECASE)
_FIGURES = re.compile(r"(?<![\d/.-])([0-3]?\d)([/.])([0-3]?\d)\2(20\d\d|\d\d)(?![\d/-])")
_WEEKDAY = re.compile(
    r"\b(?:(?P<lead>by|until|before|for|on|this|next)\s+)+(?P<name>mon|tue|wed|thu|fri|sat|sun)"
    r"(?:day|sday|nesday|rsday|urday|s|rs|r)?\b\.?",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(?:in|within)\s+(?P<n>\d{1,3}|a|one|two|three|four|five|six)\s+(?P<what>day|week)s?\b", re.IGNORECASE
)
_WEEK = re.compile(r"\b(?:calendar\s+week|week|cw|kw)\s*(?P<n>[1-5]?\d)\b", re.IGNORECASE)


class Said(NamedTuple):
    """A day, how sure its reading is, why not wholly, and the words that said it."""

    day: date
    sure: int
    why: str
    words: str


def find_day(text: str, today: date, *, day_first: bool = False) -> Said | None:
    """The first day that a text names, seen from ``today``; None when it names none.

    >>> monday = date(2026, 11, 23)
    >>> find_day("10 x AB-100 by Fri", monday)[:2], find_day("please by 1 Dec", monday)[:2]
    ((datetime.date(2026, 11, 27), 95), (datetime.date(2026, 12, 1), 95))
    >>> find_day("03/04/2027", monday)[:2], find_day("in two weeks", monday)[:2]
    ((datetime.date(2027, 3, 4), 50), (datetime.date(2026, 12, 7), 90))
    >>> find_day("as before", monday) is None
    True
    """
    for reader in (_iso, _named, _figures, _weekday, _relative, _week):
        said = reader(text, today, day_first)
        if said is not None:
            return said
    return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(text: str, today: date, day_first: bool) -> Said | None:
    found = _ISO.search(text)
    day = _made(*(int(part) for part in found.groups())) if found else None
    return Said(day, 100, "", found.group()) if found and day else None


def _named(text: str, today: date, day_first: bool) -> Said | None:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(text):
            month = _MONTHS.index(found["month"].lower()[:3]) + 1
            year = int(found["year"]) if found["year"] else today.year
            day = _made(year, month, int(found["day"]))
            if day and not found["year"] and day < today - timedelta(days=60):
                day = _made(year + 1, month, int(found["day"]))
            if day and not found["year"] and day < today:
                return Said(day, 60, "This day has passed; is it meant for next year?", found.group())
            if day:
                return Said(day, 100 if found["year"] else 95, "", found.group())
    return None


def _figures(text: str, today: date, day_first: bool) -> Said | None:
    for found in _FIGURES.finditer(text):
        first, mark, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
        year += 2000 if year < 100 else 0
        day_leads = mark == "." or first > 12 or (day_first and second <= 12)
        sure = 95 if mark == "." or first > 12 or second > 12 or first == second else 50
        day = _made(year, second, first) if day_leads else _made(year, first, second)
        if day:
            return Said(day, sure, "" if sure > 50 else "Day and month may be the other way round.", found.group())
    return None


def _weekday(text: str, today: date, day_first: bool) -> Said | None:
    found = _WEEKDAY.search(text)
    if not found:
        return None
    ahead = (_DAYS.index(found["name"].lower()[:3]) - today.weekday()) % 7
    if "next" in found.group().lower().split():
        start_of_week = today - timedelta(days=today.weekday())
        day = start_of_week + timedelta(days=7 + _DAYS.index(found["name"].lower()[:3]))
        return Said(day, 70, "“Next” may mean this week or the one after.", found.group())
    if ahead == 0:
        return Said(today, 60, "It was said on that very weekday: today, or in a week?", found.group())
    return Said(today + timedelta(days=ahead), 95, "", found.group())


def _relative(text: str, today: date, day_first: bool) -> Said | None:
    low = text.lower()
    if found := re.search(r"\btomorrow\b", low):
        return Said(today + timedelta(days=1), 95, "", found.group())
    if found := re.search(r"\bend of (?:the |this )?week\b", low):
        return Said(today + timedelta(days=(4 - today.weekday()) % 7), 75, "Read as Friday.", found.group())
    if found := re.search(r"\bend of (?:the |this )?month\b", low):
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return Said(first - timedelta(days=1), 85, "", found.group())
    if found := _SPAN.search(text):
        word = found["n"].lower()
        days = (_COUNT.get(word) or int(word)) * (7 if found["what"].lower() == "week" else 1)
        return Said(today + timedelta(days=days), 90, "", found.group())
    return None


def _week(text: str, today: date, day_first: bool) -> Said | None:
    found = _WEEK.search(text)
    if not found:
        return None
    for year in (today.year, today.year + 1):
        try:
            friday = date.fromisocalendar(year, int(found["n"]), 5)
        except ValueError:
            continue
        if friday >= today:
            return Said(friday, 70, "Read as the Friday of that week.", found.group())
    return None


def read_compact(text: str) -> date | None:
    """A day as EDI writes it, YYYYMMDD or YYMMDD.

    >>> read_compact("20101214"), read_compact("101214"), read_compact("20101399")
    (datetime.date(2010, 12, 14), datetime.date(2010, 12, 14), None)
    """
    if not re.fullmatch(r"\d{6}|\d{8}", text, re.ASCII):
        return None
    whole = text if len(text) == 8 else f"20{text}"
    return _made(int(whole[:4]), int(whole[4:6]), int(whole[6:]))
