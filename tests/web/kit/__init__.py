"""What every test of pages shares: a browser, pseudo-languages, checks that axe does not make."""
