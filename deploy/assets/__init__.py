"""Files of others that the pages use, and how they are prepared."""
