"""Screens of stage 3."""
