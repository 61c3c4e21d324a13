"""The company itself and who works in it."""
