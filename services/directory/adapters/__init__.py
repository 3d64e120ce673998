"""The directory's outside world: password hashing, and the bootstrap token's file."""
