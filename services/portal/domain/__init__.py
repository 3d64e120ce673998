"""What the portal makes of the events it hears; it decides nothing."""
