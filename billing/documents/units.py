"""Our units as UN/ECE Recommendation 20 (and 21, for packages) codes them."""

from typing import Final

MUTUALLY_DEFINED: Final = "ZZ"

_CODES: Final = {
    "C62": ("1", "one", "unit", "units"),
    "H87": ("pc", "pcs", "piece", "pieces", "stk", "st", "stück"),
    "EA": ("ea", "each"),
    "PR": ("pr", "pair", "pairs", "paar"),
    "DZN": ("dz", "dzn", "doz", "dozen"),
    "SET": ("set", "sets", "satz"),
    "KT": ("kit", "kits"),
    "MTR": ("m", "mtr", "meter", "metre"),
    "MMT": ("mm",),
    "CMT": ("cm",),
    "KMT": ("km",),
    "FOT": ("ft", "foot", "feet"),
    "INH": ("in", "inch"),
    "YRD": ("yd", "yard"),
    "MTK": ("m2", "m²", "qm", "sqm"),
    "FTK": ("ft2", "ft²", "sqft"),
    "MTQ": ("m3", "m³", "cbm"),
    "LTR": ("l", "ltr", "liter", "litre"),
    "MLT": ("ml",),
    "GLL": ("gal", "gallon"),
    "GRM": ("g", "gr", "gram"),
    "KGM": ("kg", "kgm", "kilo"),
    "TNE": ("t", "ton", "tonne"),
    "LBR": ("lb", "lbs", "pound"),
    "ONZ": ("oz", "ounce"),
    "HUR": ("h", "hr", "hour", "hours", "std"),
    "MIN": ("min", "minute"),
    "DAY": ("d", "day", "days", "tag"),
    "MON": ("mon", "month", "months"),
    "KWH": ("kwh",),
    "XBX": ("bx", "box", "boxes"),
    "XCT": ("ct", "ctn", "carton", "karton"),
    "XCS": ("cs", "case", "cases"),
    "XPK": ("pk", "pack", "packs", "pkg"),
    "XPX": ("plt", "pal", "pallet", "palette"),
    "XRO": ("rl", "roll", "rolls", "rolle"),
    "XBG": ("bg", "bag", "bags"),
    "XCX": ("can",),
    "XDR": ("drum",),
    "XBO": ("btl", "bottle"),
}
_BY_WORD: Final = {word: code for code, words in _CODES.items() for word in words}


def code_of(unit: str) -> str:
    """
    >>> code_of("pc"), code_of("Box"), code_of("h"), code_of("thingamajig")
    ('H87', 'XBX', 'HUR', 'ZZ')
    """
    return _BY_WORD.get(unit.strip().casefold(), MUTUALLY_DEFINED)
