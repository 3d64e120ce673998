"""The whole house: starting services, alone or together, and the command line."""
