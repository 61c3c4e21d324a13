"""The rules that every company starts from: who the customer is, what we owe them, what it is worth."""

from decimal import Decimal
from typing import Any, Final

DEFAULT_NAME: Final = "Standard ranking"
DEFAULT_POINTS_PER_DAY: Final = Decimal(25)
DEFAULT_BODY: Final[dict[str, Any]] = {
    "groups": [
        {"key": "customer", "name": "Customer", "low": "0", "high": "200"},
        {"key": "commitment", "name": "Commitment", "low": "0", "high": "250"},
        {"key": "value", "name": "Value", "low": "0", "high": "150"},
    ],
    "rules": [
        {
            "key": "customer_class",
            "name": "Customer class",
            "group": "customer",
            "points": {
                "kind": "lookup",
                "field": "customer_class",
                "table": {"A": "150", "B": "90", "C": "40", "D": "0"},
                "otherwise": "0",
            },
            "because": "The customer is class {value}",
        },
        {
            "key": "at_risk",
            "name": "Customer may leave",
            "group": "customer",
            "points": {
                "kind": "lookup",
                "field": "churn_band",
                "table": {"high": "50", "medium": "20"},
                "otherwise": "0",
            },
            "because": "The risk that this customer leaves is {value}",
        },
        {
            "key": "prepaid",
            "name": "Prepaid",
            "group": "customer",
            "points": {"kind": "lookup", "field": "prepaid", "table": {"true": "30"}, "otherwise": "0"},
            "because": "The customer pays in advance",
        },
        {
            "key": "promise_slip",
            "name": "Promise moved",
            "group": "commitment",
            "points": {"kind": "factor", "field": "promise_slip_days", "factor": "20", "low": "0", "high": "120"},
            "because": "Our promise has moved by {value} already",
        },
        {
            "key": "displaced",
            "name": "Displaced before",
            "group": "commitment",
            "points": {"kind": "factor", "field": "times_displaced", "factor": "25", "low": "0", "high": "75"},
            "because": "Pushed aside for others {value} times",
        },
        {
            "key": "short_notice",
            "name": "Short notice",
            "group": "commitment",
            "points": {
                "kind": "bands",
                "field": "notice_days",
                "bands": [["2", "60"], ["5", "30"], ["10", "0"]],
                "otherwise": "100",
            },
            "because": "Wanted {value} after it was confirmed",
        },
        {
            "key": "ship_complete",
            "name": "Must leave complete",
            "group": "commitment",
            "when": {"all": [{"any": [{"field": "ship_rule", "op": "eq", "value": "ship_complete_order"}]}]},
            "points": {"kind": "constant", "points": "10"},
            "because": "Nothing of it can leave before all of it is there",
        },
        {
            "key": "order_value",
            "name": "Order value",
            "group": "value",
            "points": {
                "kind": "bands",
                "field": "net",
                "bands": [["1000", "30"], ["5000", "75"], ["20000", "150"]],
                "otherwise": "0",
            },
            "because": "The order is worth {value}",
        },
    ],
}
