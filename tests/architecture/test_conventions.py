"""Rules that a reader would otherwise have to remember."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from orders.core.models import LEDGER_COLUMNS
from tests.architecture.sources import BUSINESS, ROOT, parsed

Check = Callable[[ast.Module], list[int]]
STATE_WRITERS = {"omc/lib/machine.py", "orders/core/lifecycle.py", "orders/core/eventlog.py"}
LEDGER_WRITERS = {"orders/core/ledger.py", "omc/bench/measures/planning.py"}  # the latter undoes what it did
# A module that works on these has lines of its own with a column "picked" or "shipped".
LINES_WITH_THE_SAME_WORDS = {"Shipment", "ShipmentLine"}
PLAIN = {"django", "decimal", "datetime", "uuid", "functools", "typing", "pathlib", "textwrap"}


def _assigned(tree: ast.Module) -> Iterator[tuple[ast.Attribute, int]]:
    """Every ``<something>.<attribute> = …``, also inside a tuple, with += or an annotation."""
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            for leaf in ast.walk(target):
                if isinstance(leaf, ast.Attribute):
                    yield leaf, node.lineno


def _updated(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Owner, name and line: ``update``, ``bulk_update`` and ``setattr``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            owner = ast.unparse(node.func.value)
            yield from ((owner, keyword.arg, node.lineno) for keyword in node.keywords if keyword.arg)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "bulk_update" and len(node.args) > 1:
            for leaf in ast.walk(node.args[1]):
                if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                    yield ast.unparse(node.func.value), leaf.value, node.lineno
        if isinstance(node.func, ast.Name) and node.func.id == "setattr" and isinstance(node.args[1], ast.Constant):
            yield ast.unparse(node.args[0]), str(node.args[1].value), node.lineno


def state_writes(tree: ast.Module) -> list[int]:
    assigned = [line for leaf, line in _assigned(tree) if leaf.attr == "state" and not _is_self(leaf)]
    return assigned + [line for _, name, line in _updated(tree) if name == "state"]


def ledger_writes(tree: ast.Module) -> list[int]:
    columns = set(LEDGER_COLUMNS)
    own = {leaf.id for leaf in ast.walk(tree) if isinstance(leaf, ast.Name)} & LINES_WITH_THE_SAME_WORDS
    order_line = re.compile(r"OrderLine|order\.lines|order_line" + ("" if own else r"|^lines?$|\.lines\b"))
    assigned = [n for leaf, n in _assigned(tree) if leaf.attr in columns and order_line.search(ast.unparse(leaf.value))]
    updated = [n for owner, name, n in _updated(tree) if name in columns and order_line.search(owner)]
    in_sql = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\bUPDATE\s+orders_orderline\b", node.value, re.IGNORECASE)
        and re.search(rf"\b({'|'.join(columns)})\s*=", node.value.partition("SET")[2])
    ]
    return assigned + updated + in_sql


def _is_self(leaf: ast.Attribute) -> bool:
    return isinstance(leaf.value, ast.Name) and leaf.value.id == "self"


def auto_times(tree: ast.Module) -> list[int]:
    return [
        node.value.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and (node.arg or "").startswith("auto_now")
    ]


def where(check: Check, *, allowed: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    files = {**parsed(*BUSINESS), **parsed("omc")}
    return [f"{path}:{line}" for path, tree in files.items() if path not in allowed for line in check(tree)]


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (state_writes, "order.state = 'x'"),
        (state_writes, "a, order.state = b, c"),
        (state_writes, "Order.objects.filter(pk=1).update(state='x')"),
        (state_writes, "Order.objects.bulk_update(orders, ['state'])"),
        (state_writes, "setattr(order, 'state', 'x')"),
        (ledger_writes, "line.picked += 1"),
        (ledger_writes, "ShipmentLine.x; order.lines.update(picked=0)"),
        (ledger_writes, "OrderLine.objects.update(shipped=F('shipped') + 1)"),
        (ledger_writes, "sql = 'UPDATE orders_orderline SET shipped = 1'"),
        (auto_times, "x = models.DateTimeField(auto_now_add=True)"),
    ],
)
def test_the_checks_catch(check: Check, bad: str) -> None:
    assert check(ast.parse(bad)) == [1]


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (state_writes, "state = 'x'"),
        (state_writes, "Order(state='x')"),
        (state_writes, "order.state == 'x'"),
        (ledger_writes, "shipment_line.picked = 1"),
        (ledger_writes, "shipment: Shipment = x; shipment.lines.update(picked=0)"),
        (ledger_writes, "sql = 'SELECT shipped FROM orders_orderline'"),
        (auto_times, "x = models.DateTimeField()"),
    ],
)
def test_the_checks_let_pass(check: Check, good: str) -> None:
    assert check(ast.parse(good)) == []


@pytest.mark.slow
def test_a_state_is_moved_only_by_the_machine() -> None:
    assert where(state_writes, allowed=STATE_WRITERS) == []


@pytest.mark.slow
def test_the_quantity_ledger_is_written_only_by_its_module() -> None:
    assert where(ledger_writes, allowed=LEDGER_WRITERS) == []


@pytest.mark.slow
def test_no_column_fills_itself_with_the_wall_clock() -> None:
    assert where(auto_times) == []


@pytest.mark.slow
def test_migrations_import_no_application_code() -> None:
    foreign = [
        f"{path}: {module}"
        for path, tree in parsed(*BUSINESS, "omc", migrations=True).items()
        for node in ast.walk(tree)
        for module in _imported(node)
        if module.split(".")[0] not in PLAIN and not _for_migrations(module)
    ]
    assert foreign == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def _for_migrations(module: str) -> bool:
    """A migration names the class of its columns and its operation; Django writes these imports itself."""
    return module in {"orders.core.models.base", "omc.lib.tables"}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_record_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r"\w+://|--(?:extra-)?index-url|--find-links|^-e |@ ", text, re.MULTILINE) == []
    packages = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(packages) > 50
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_what_runs_is_locked_the_same_for_tests() -> None:
    pins = [
        set(re.findall(r"^([a-z0-9._-]+==[^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] <= pins[1]
