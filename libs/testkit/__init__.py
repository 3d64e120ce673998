"""What tests stand on: real servers, a running house, given/when/then; it never ships."""
