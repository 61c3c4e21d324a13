"""Reads of analytics: monthly sales, bridges, and where the time of orders went."""
