"""A small made-up export: every kind of line once, in each kind of file."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from omc.history.profile import Profile

COLUMNS = ["Order", "Item", "Text", "Qty", "Price", "Date", "Customer", "Name", "Country"]
PROFILE = Profile(
    name="made-up",
    columns={
        "document": "Order",
        "sku": "Item",
        "description": "Text",
        "quantity": "Qty",
        "unit_price": "Price",
        "at": "Date",
        "customer": "Customer",
        "customer_name": "Name",
        "country": "Country",
    },
    currency="EUR",
    time_zone="Europe/Berlin",
    country="DE",
    return_prefix="C",
    adjustment_prefix="A",
    service_codes=("POST", "DISC"),
    countries={"Germany": "DE", "France": "FR"},
)


def row(document: str, sku: str, quantity: Any, price: Any, day: Any = "2024-03-01", **more: Any) -> dict[str, Any]:
    """One line of the file; the customer is Alfreds unless said."""
    at = datetime.fromisoformat(day) if isinstance(day, str) and day[:2] == "20" else day
    values = {"Text": f"Thing {sku.upper()}", "Customer": "ALFKI", "Name": "Alfreds", "Country": "Germany"}
    return {"Order": document, "Item": sku, "Qty": quantity, "Price": price, "Date": at} | values | more


NOBODY = {"Customer": "", "Name": ""}
ROWS = [
    row("1001", "chai", 12, 14.0),
    row("1001", "chai", 12, 14.0),  # a genuine duplicate
    row("1001", "tofu", 5, 9.805),
    row("1001", "POST", 1, 7.5),
    row("1002", "Tofu", 3, 23.25, "2024-03-02", **NOBODY),
    row("1003", "chai", 4, 14.0, "2024-03-05"),
    row("1004", "tofu", -2, 0.0, "2024-03-06", **NOBODY, Text="broken"),
    row("1005", "chai", 1, 15.0, "2024-03-07", Country="France"),
    row("1005", "DISC", -1, 2.0, "2024-03-07", Country="France"),
    row("C1006", "chai", -4, 14.0, "2024-03-08"),  # all of 1003
    row("C1006", "chai", -10, 14.0, "2024-03-08"),  # of a line of 1001
    row("C1007", "chai", -20, 14.0, "2024-03-09"),  # nobody bought so many at once
    row("C1007", "POST", -1, 7.5, "2024-03-09"),
    row("C1008", "tofu", -1, 99.0, "2024-03-10"),
    row("A1009", "DEBT", 1, -50.0, "2024-03-11", **NOBODY),
]


def write_csv(folder: Path, rows: list[dict[str, Any]] = ROWS, name: str = "export.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(folder: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Lines")
    sheet.append(COLUMNS)
    for line in rows:
        sheet.append([line[column] if line[column] != "" else None for column in COLUMNS])
    path = folder / "export.xlsx"
    book.save(path)
    return path


def write_parquet(folder: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pylist([{c: line[c] if line[c] != "" else None for c in COLUMNS} for line in rows])
    path = folder / "export.parquet"
    pyarrow.parquet.write_table(table, path)
    return path
