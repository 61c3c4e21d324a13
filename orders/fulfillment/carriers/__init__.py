"""Carriers: what they charge, which service keeps the promise for least, and their labels."""
