"""What tracking decides, one noun a file."""
