"""The text of a PDF, laid out as on the page."""

import io
from typing import Final

from pypdf import PdfReader

from orders.entry.inbox.rules.shapes import Unreadable

MOST_PAGES: Final = 60
MOST_TEXT: Final = 1_000_000


def text_of_pdf(content: bytes) -> str:
    """All pages as text with columns kept apart.

    Raises: Unreadable for what is no PDF, is locked, or holds pictures only
    """
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("The PDF is locked with a password.")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"The PDF has more than {MOST_PAGES} pages.")
        pages = [page.extract_text(extraction_mode="layout") for page in reader.pages]
    except Unreadable:
        raise
    except Exception as error:  # the library fails in many ways on damaged files
        raise Unreadable("The PDF is damaged; its text cannot be read.") from error
    text = "\n".join(pages)[:MOST_TEXT]
    if not text.strip():
        raise Unreadable("The PDF holds pictures only, no text. Type what it says.")
    return text
