"""The ledger: an append-only history per service, in PostgreSQL, through `eventsourcing`."""
