"""Words that every room of the house shares; knows no framework."""
