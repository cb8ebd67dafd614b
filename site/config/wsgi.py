"""The entry point for gunicorn: `config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

from core.locking import answer_in_time  # noqa: E402  Django is set up by now

answer_in_time()
