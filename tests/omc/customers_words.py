"""Every word that customers read, found in the sources: papers, pages, mails."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from billing.models import DisputeReason
from omc.lib.registry import registry
from orders.pricing.answers.forms import THEIR_REASONS

ROOT = Path(settings.BASE_DIR)
_WORD = re.compile(r"""\{% translate (?:"([^"]*)"|'([^']*)') context "customer"[^%]*%\}""")
_BLOCK = re.compile(r'\{% blocktranslate [^%]*context "customer"[^%]*%\}(.*?)\{% endblocktranslate %\}', re.DOTALL)


def words() -> set[str]:
    """All of them, in English."""
    found = set()
    for folder in ("omc", "orders", "billing", "returns"):
        for module in sorted((ROOT / folder).rglob("*.py")):
            text = module.read_text(encoding="utf-8")
            if "for_customer" in text:
                found |= set(_said_in(ast.parse(text)))
    for template in sorted((ROOT / "templates").rglob("*.html")):
        text = template.read_text(encoding="utf-8")
        found |= {one or other for one, other in _WORD.findall(text)}
        found |= {re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block) for block in _BLOCK.findall(text)}
    for kind in registry.messages:
        if kind.for_people:
            found |= {str(kind.name), str(kind.when), *([str(kind.must)] if kind.must else [])}
    found |= {str(label) for _value, label in DisputeReason.choices}
    return found | {str(label) for _value, label in THEIR_REASONS}


def _said_in(tree: ast.Module) -> Iterator[str]:
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "omc.lib.catalogs"
        for alias in node.names
        if alias.name in ("for_customer", "for_customer_lazy")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
