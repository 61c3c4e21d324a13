"""Deposits: a share of an order is billed when it is confirmed, and taken off its later invoices."""
