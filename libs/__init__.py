"""The libraries that services stand on; each knows only those below it."""
