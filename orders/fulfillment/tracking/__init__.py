"""After it left: what carriers say, what goes wrong, and the page on which the customer follows it."""
