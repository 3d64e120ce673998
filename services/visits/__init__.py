"""Visits: keeps visits of mandate holders and their communications."""
