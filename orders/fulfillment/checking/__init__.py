"""The check between picking and packing: a second pair of eyes, for customers of chosen classes."""
