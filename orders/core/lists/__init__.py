"""Core's own lists, declared; stages keep theirs in their own ``lists.py``."""
