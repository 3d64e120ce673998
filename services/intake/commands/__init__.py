"""What intake may be asked; one file for each kind of work."""
