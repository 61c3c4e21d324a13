"""The customer's page of an invoice, by a signed link: read, download, dispute, promise a day."""
