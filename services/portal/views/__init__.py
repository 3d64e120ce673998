"""Every SELECT of the portal, returning typed answers."""
