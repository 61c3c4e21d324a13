"""One invoice over many shipments and orders of a customer: once a period, by a run that may be broken off."""
