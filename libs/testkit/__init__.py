"""What tests stand on: real servers, a running house, given/when/then; never imported by what ships."""
