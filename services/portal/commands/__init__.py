"""What people do at the portal itself: signing in and out; everything else is asked of other services."""
