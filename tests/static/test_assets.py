"""What the pages ask for is there, and nothing on a page needs what the site's policy refuses."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).parents[2]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ASKED = re.compile(r"{% static '([^']+)' %}")
REFUSED = re.compile(r"""\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\bsrc=)|\bhx-on\b|\bhx-vals=["']js:""")


@pytest.mark.parametrize("path", sorted({name for page in TEMPLATES for name in ASKED.findall(page.read_text())}))
def test_a_file_that_a_page_asks_for_is_there(path: str) -> None:
    assert finders.find(path)


@pytest.mark.parametrize("sheet", STYLES, ids=lambda sheet: sheet.name)
def test_a_style_sheet_asks_only_for_files_of_ours(sheet: Path) -> None:
    for address in re.findall(r"""url\(["']?([^"')]+)""", sheet.read_text()):
        assert finders.find((Path("css") / address).as_posix().replace("css/../", "")), address


@pytest.mark.parametrize("sheet", STYLES, ids=lambda sheet: sheet.name)
def test_a_style_sheet_uses_only_tokens_that_exist(sheet: Path) -> None:
    known = set(re.findall(r"(--[a-z0-9-]+):", (ROOT / "static" / "css" / "tokens.css").read_text()))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text())) <= known


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT / "templates")))
def test_a_page_needs_nothing_that_the_policy_refuses(page: Path) -> None:
    assert not REFUSED.findall(page.read_text())
