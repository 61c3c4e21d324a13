"""Screens of analytics."""
