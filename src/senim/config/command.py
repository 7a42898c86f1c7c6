"""The command `senim`: Django's commands under our settings."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run `senim <command>`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "senim.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
