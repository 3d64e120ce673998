"""What the directory decides, one noun a file."""
