"""Intake over HTTP; one file for each kind of work."""
