"""The ledger: one append-only history per service, in PostgreSQL, written through `eventsourcing`."""
