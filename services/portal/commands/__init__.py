"""What people do at the portal itself: sign in and out; all else is asked of other services."""
