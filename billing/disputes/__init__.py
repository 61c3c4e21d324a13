"""Disputes: what customers do not want to pay, coded to the stage that caused it."""
