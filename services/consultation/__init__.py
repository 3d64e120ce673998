"""Consultation: hears those outside government: contributions, meetings, training, support."""
