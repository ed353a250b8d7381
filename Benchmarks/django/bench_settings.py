"""Django with djoser as its documentation sets it up, in one file; SQLite as durable as accountd's."""

import os

from django.core.wsgi import get_wsgi_application

SECRET_KEY = "only for measuring"
ALLOWED_HOSTS = ["*"]
DEBUG = False
ROOT_URLCONF = "bench_urls"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "rest_framework.authtoken", "djoser"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["BENCH_DATABASE"],
        # A connection for each process, kept.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE", "timeout": 30,
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
DJOSER = {"SERIALIZERS": {"current_user": "bench_urls.Profile"}}
LOGGING_CONFIG = None

application = get_wsgi_application()
