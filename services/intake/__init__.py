"""Intake: receives every recommendation, whichever mechanism made it, and keeps its record."""
