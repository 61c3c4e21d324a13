"""Screens of the company, its people and the keys of its programs."""
