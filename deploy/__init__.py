"""Running the house elsewhere: containers, clusters, and the documents that describe it."""
