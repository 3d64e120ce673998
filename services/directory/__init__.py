"""The directory: which institutions take part, and who may act for them."""
