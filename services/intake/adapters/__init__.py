"""The outside world as intake meets it: source files in, the template out."""
