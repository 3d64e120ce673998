"""Servers that the house brings along: PostgreSQL and NATS as children that die with it."""
