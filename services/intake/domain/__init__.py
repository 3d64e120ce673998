"""What intake decides, one noun a file."""
