"""Django's settings, and the one way to start it."""

import logging
from datetime import timedelta

import django
from django.conf import settings

# Whether the departures that are decided upon (names without regard to case, ids of towns from elsewhere) are followed.
# Off while the recorded rows are replayed, on while two servers are compared.
departs = False


def start(follow_departures):
    global departs
    departs = follow_departures
    settings.configure(
        DEBUG=False,
        SECRET_KEY="reference-" * 5,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="reference.urls",
        USE_TZ=True,
        TIME_ZONE="UTC",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        AUTH_USER_MODEL="reference.User",
        AUTHENTICATION_BACKENDS=["reference.backend.NameOrEmail"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "rest_framework.authtoken",
            "djoser",
            "reference",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]},
        DJOSER={
            "SERIALIZERS": {
                "user_create": "reference.djoser_serializers.UserCreateSerializer",
                "user": "reference.djoser_serializers.MeSerializer",
                "current_user": "reference.djoser_serializers.MeSerializer",
            },
            "TOKEN_MODEL": "rest_framework.authtoken.models.Token",
        },
        SIMPLE_JWT={
            "AUTH_HEADER_TYPES": ("JWT",),
            "USER_ID_FIELD": "uuid",
            "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
            "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
        },
        LOGGING_CONFIG=None,
    )
    logging.disable()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    from reference.models import Town

    Town.objects.bulk_create([Town(id=1), Town(id=2)])
