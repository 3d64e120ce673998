"""Consultation: hears those outside government: consultations, contributions, meetings, training, support."""
