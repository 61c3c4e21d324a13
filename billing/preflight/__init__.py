"""Invoice pre-flight: an invoice is compared with what it is about before it is posted."""
