"""The published language: what services tell one another, one module per producer, owned by it."""
