"""The services of the platform, strangers to one another, and the house that runs them."""
