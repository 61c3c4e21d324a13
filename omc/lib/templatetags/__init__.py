"""The vocabulary of the templates; ``templates/README.md`` shows every word of it."""
