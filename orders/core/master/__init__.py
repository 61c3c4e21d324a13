"""Master data that one can enter: customers, items, suppliers, warehouses, payment terms, by screen, REST and file."""
