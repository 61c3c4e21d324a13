"""How orders are billed: when, with which freight, with a deposit or in instalments; per house, customer and order."""
