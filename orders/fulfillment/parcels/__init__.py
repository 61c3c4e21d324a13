"""Parcels: what lies in which, their weight, and the number that each keeps for ever."""
