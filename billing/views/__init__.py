"""Screens of billing."""
