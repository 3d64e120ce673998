"""What every test of pages shares: a browser, pseudo-languages, and checks that axe does not make."""
