"""Feeds: lets outside systems hear what is public."""
