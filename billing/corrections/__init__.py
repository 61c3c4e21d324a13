"""Corrections of what customers owe: write-offs, payments that bounced, refunds of what lies on account."""
