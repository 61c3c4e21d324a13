"""What order planning does, and what it does for the stages after it."""

from planning.services.capacity import CapacityBook, release_capacity, reserve_capacity
from planning.services.follow_supply import follow_supply
from planning.services.levels import StockRefused
from planning.services.promise_order import PromiseResult, ShortStock, promise_order
from planning.services.promises import allocate_promises, issue_stock, release_promises, still_coming
from planning.services.send_supply import NoAddress, send_supply_order
from planning.services.settle_supply import move_supply, settle_unwanted
from planning.services.stock import adjust_stock, put_back, receive_stock, settle_returned
from planning.services.supplier_sent import Sent, order_of_supply, supplier_sent
from planning.services.supply import SupplyInput, SupplyRefused, cancel_supply, order_supply, receive_supply

__all__ = [
    "CapacityBook",
    "NoAddress",
    "PromiseResult",
    "Sent",
    "ShortStock",
    "StockRefused",
    "SupplyInput",
    "SupplyRefused",
    "adjust_stock",
    "allocate_promises",
    "cancel_supply",
    "follow_supply",
    "issue_stock",
    "move_supply",
    "order_of_supply",
    "order_supply",
    "promise_order",
    "put_back",
    "receive_stock",
    "receive_supply",
    "release_capacity",
    "release_promises",
    "reserve_capacity",
    "send_supply_order",
    "settle_returned",
    "settle_unwanted",
    "still_coming",
    "supplier_sent",
]
