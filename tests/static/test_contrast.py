"""Text can be read in both themes: WCAG's contrast, computed from the tokens themselves."""

import re
from itertools import product
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLORS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text())}
THEMES = ("light", "dark")
GROUNDS = ("canvas", "surface", "sunken", "raised")
TEXTS = ("ink", "ink-2", "ink-3", "accent", "ok", "wait", "risk", "broken")
MEANINGS = ("ok", "wait", "risk", "broken")

ON_GROUNDS = list(product(TEXTS, GROUNDS))
ON_THEIR_OWN = [*((m, f"{m}-bg") for m in MEANINGS), ("accent", "accent-bg"), ("ink", "accent-bg")]
ON_BUTTONS = [("on-accent", "accent-fill"), ("on-accent", "accent-fill-hover")]
DRAWINGS = list(product((*(f"{m}-mark" for m in MEANINGS), "field", "accent-fill"), ("surface", "canvas")))


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: int) -> float:
    dark, light = sorted((luminance(COLORS[one][theme]), luminance(COLORS[other][theme])))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself_is_right() -> None:
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#777777") == pytest.approx(0.1845, abs=0.0005)


@pytest.mark.parametrize("theme", [0, 1], ids=THEMES)
@pytest.mark.parametrize(("text", "ground"), [*ON_GROUNDS, *ON_THEIR_OWN, *ON_BUTTONS])
def test_text_stands_out_from_its_ground(text: str, ground: str, theme: int) -> None:
    assert contrast(text, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=THEMES)
@pytest.mark.parametrize(("drawing", "ground"), DRAWINGS)
def test_what_is_drawn_stands_out_from_its_ground(drawing: str, ground: str, theme: int) -> None:
    assert contrast(drawing, ground, theme) >= 3
