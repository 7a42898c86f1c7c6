"""The WSGI application that Granian serves. It does not start when a check fails."""

import os

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "senim.config.settings")
django.setup()
call_command("check", fail_level="WARNING", verbosity=0)
application = get_wsgi_application()
