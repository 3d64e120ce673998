"""Backup, restore and migration of the whole record."""
