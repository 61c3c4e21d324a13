"""The verbs of price files: keep one, mend it, compare it, publish it as the next version of its list."""

from orders.pricing.files.services.comparing import compare_file
from orders.pricing.files.services.keeping import (
    AT_ONCE,
    JOB,
    MOST_ROWS,
    FilePublished,
    FileTaken,
    check_prices,
    mend_price_file,
    open_price_file,
)
from orders.pricing.files.services.publishing import FileOutdated, RowsRefused, publish_price_file

__all__ = [
    "AT_ONCE",
    "JOB",
    "MOST_ROWS",
    "FileOutdated",
    "FilePublished",
    "FileTaken",
    "RowsRefused",
    "check_prices",
    "compare_file",
    "mend_price_file",
    "open_price_file",
    "publish_price_file",
]
