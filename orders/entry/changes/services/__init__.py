"""The use cases of change orders: open, write, preview, save, settle a conflict, withdraw; and the clock."""

from orders.entry.changes.services.locking import ChangeOver, NotChangeable
from orders.entry.changes.services.refusals import ChangeRefused
from orders.entry.changes.services.save_change import NothingToChange, ReasonMissing, preview_change, save_change
from orders.entry.changes.services.tell_customer import tell_change
from orders.entry.changes.services.wishes import AddedWish, LineWish, Wishes, snapshot
from orders.entry.changes.services.write_change import (
    expire_changes,
    open_change,
    settle_conflict,
    withdraw_change,
    write_change,
)

__all__ = [
    "AddedWish",
    "ChangeOver",
    "ChangeRefused",
    "LineWish",
    "NotChangeable",
    "NothingToChange",
    "ReasonMissing",
    "Wishes",
    "expire_changes",
    "open_change",
    "preview_change",
    "save_change",
    "settle_conflict",
    "snapshot",
    "tell_change",
    "withdraw_change",
    "write_change",
]
