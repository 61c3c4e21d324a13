"""Bins, what lies in them, and what was taken out."""

from planning.places.services.bins import BinInput, save_bins
from planning.places.services.put_away import put_away
from planning.places.units import Place, lay_back, take_off

__all__ = ["BinInput", "Place", "lay_back", "put_away", "save_bins", "take_off"]
