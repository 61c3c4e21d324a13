"""Promises to pay: given by a customer, kept or broken."""
