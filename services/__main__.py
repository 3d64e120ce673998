"""The whole house in one process: ``python -m services`` is the command ``dhakira``."""

from services.house.cli import main

if __name__ == "__main__":
    main()
