"""Files at the doors: what cannot be read is refused at the field it came by."""

from omc.lib.errors import InvalidInput
from omc.lib.sheets import MOST_ROWS, NotASheet, read_sheet


def rows_of_upload(content: bytes, *, most_rows: int = MOST_ROWS) -> list[list[str]]:
    """The rows of an uploaded CSV file or workbook, the heading first.

    Raises: InvalidInput
    """
    try:
        return read_sheet(content, most_rows=most_rows)
    except NotASheet as trouble:
        raise InvalidInput(str(trouble), field="file") from trouble
