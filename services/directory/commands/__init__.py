"""What the directory may be asked: institutions, people, accounts."""
