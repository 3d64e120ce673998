"""What the pages look like and how they behave, seen in a real browser."""
