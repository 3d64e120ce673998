"""A ledger's tables, step by step: ``<version>_<what>.sql``; a released one is never edited."""
