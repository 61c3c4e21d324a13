"""The use cases of an import: open a file, say what its columns are, mend rows, look, take, hand in."""

from orders.entry.imports.services.files import AT_ONCE, FileTaken, change_file, look_at, mend_file, open_file
from orders.entry.imports.services.taking import FileBusy, RowsRefused, hand_in, register_jobs, start, take_file

__all__ = [
    "AT_ONCE",
    "FileBusy",
    "FileTaken",
    "RowsRefused",
    "change_file",
    "hand_in",
    "look_at",
    "mend_file",
    "open_file",
    "register_jobs",
    "start",
    "take_file",
]
