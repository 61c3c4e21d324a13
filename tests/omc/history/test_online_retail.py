"""Half a million real invoice lines, with their genuine dirt: an import that is killed in the middle, then run again."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal as D
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Mod

from billing.models import Invoice, InvoiceLine
from omc.history.matching import CHARGE, NAMELESS, NO_SALE, NOTHING_OPEN
from orders.core.models import Company, Customer, Order, OrderLine, Product
from orders.core.rules import LineFacts, facets
from orders.core.selectors.orders import ledger_of
from orders.core.selectors.verification import event_count, flaws
from planning.models import StockLevel
from planning.selectors.reconcile import stock_differences
from returns.claims.models import Return, ReturnLine

FILE = Path(settings.BASE_DIR).parent / "shared" / "data" / "online_retail" / "online_retail.parquet"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILE.is_file(), reason=f"The UCI Online Retail file is not at {FILE}."),
]


def start(report: Path) -> "subprocess.Popen[str]":
    """The command as a person runs it, on the database of the test."""
    found = {key: quote(str(value), safe="") for key, value in connection.settings_dict.items()}
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(found)
    options = ["--profile", "online-retail", "--company", "Online Retail", "--report", str(report)]
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", "import_history", str(FILE), *options],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_every_line_is_booked_although_the_first_run_was_killed(tmp_path):
    report = tmp_path / "report.json"
    first = start(report)
    assert first.stdout is not None
    assert any("Orders: part 2" in line for line in first.stdout)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert 0 < Order.objects.count() < 20_725
    assert not report.exists()

    second = start(report)
    said, _nothing = second.communicate()

    assert second.returncode == 0, said
    told = json.loads(report.read_text("utf-8"))
    assert told["reconciles"] is True
    assert (told["rows_read"], told["money_read"], told["refused_rows"]) == (541_909, "9747747.934", 0)
    assert (told["money_booked"], told["rounding"]) == ("9747747.93", "-0.004")
    assert {kind: (found["rows"], found["documents"]) for kind, found in told["by_kind"].items()} == {
        "sale": (531_282, 20_725),
        "return": (9_288, 3_836),
        "stock": (1_336, 1_336),
        "adjustment": (3, 3),
    }
    assert told["matched_return_lines"] == 7_072
    assert told["unmatched_returns"] == {CHARGE: 584, NAMELESS: 165, NO_SALE: 1_342, NOTHING_OPEN: 125}
    assert len(told["repaired"]) > told["repairs"]["no customer: booked to the cash customer"] == 133_744
    assert told["peak_memory_mb"] < 400
    check_documents(Company.objects.get(name="Online Retail"))


def check_documents(company: Company) -> None:
    assert Order.objects.filter(company=company).count() == 20_725
    assert OrderLine.objects.filter(order__company=company).count() == 531_282
    assert InvoiceLine.objects.filter(invoice__company=company).count() == 531_282 + 9_288 + 3
    assert Return.objects.filter(company=company).count() == 3_836
    assert Customer.objects.filter(company=company, is_cash=True).count() == 1
    assert Product.objects.filter(company=company, kind="charge").count() == 11
    invoices = Invoice.objects.filter(company=company)
    credited = invoices.filter(kind="credit_note").aggregate(total=Sum("net_base"))["total"]
    assert invoices.exclude(kind="credit_note").aggregate(total=Sum("net_base"))["total"] - credited == D("9747747.93")
    returned = ReturnLine.objects.filter(order_line__isnull=False).aggregate(total=Sum("accepted"))["total"]
    assert OrderLine.objects.aggregate(total=Sum("returned"))["total"] == returned
    assert not StockLevel.objects.filter(company=company, on_hand__lt=0).exists()
    assert stock_differences(company.pk) == []
    assert list(flaws([company.pk])) == []
    assert event_count([company.pk]) >= 20_725 + 24_564 + 3_836
    sample = Order.objects.alias(rest=Mod("id", 97)).filter(company=company, rest=0).prefetch_related("lines")
    for order in sample:
        lines = [LineFacts(ledger_of(line), line.kind == "goods", bills=True) for line in order.lines.all()]
        assert facets(lines) == {"shipping": order.shipping, "billing": order.billing, "claims": order.claims}
