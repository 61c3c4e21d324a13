"""What order entry decides without a database: checks of an order and its score, effects on others, kits."""

from orders.entry.rules.orders import fixes_price, kits_begun

__all__ = ["fixes_price", "kits_begun"]
