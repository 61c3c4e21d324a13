"""The promise-at-risk radar: which shipments will miss their promise, before they do, and what helps most."""
