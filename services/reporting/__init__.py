"""Reporting: keeps what is due to whom, and writes the State's reports."""
