"""Tracking: who must act on each recommendation, by when, and what was done."""
