"""The portal over HTTP: pages for people, files of what they show, tokens for the command line."""
