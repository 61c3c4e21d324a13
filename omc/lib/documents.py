"""Documents on paper: a Typst template, what goes into it, and one look for all (templates/components/document.typ)."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FONTS = Path(settings.BASE_DIR) / "static" / "fonts"


def typeset(template: str, content: dict[str, Any]) -> bytes:
    """The PDF of a template (its path under templates/); what it shows is all that goes in."""
    pdf: bytes = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(content, default=str)},
    )
    return pdf
