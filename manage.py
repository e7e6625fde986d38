#!/usr/bin/env python
"""Django's command line for Pressmark."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.environment import Refusal

    try:
        execute_from_command_line(sys.argv)
    except Refusal as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
