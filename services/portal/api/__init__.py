"""The portal over HTTP: pages for people, files of what pages show, and tokens for the command line."""
