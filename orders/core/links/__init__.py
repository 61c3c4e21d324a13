"""Signed links: what a customer may open, read and answer without a login."""
