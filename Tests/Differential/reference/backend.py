"""Signing in by username or email."""

import unicodedata

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.utils import timezone

from reference import configuration
from reference.models import User, folded


def named(name):
    """The account that a username or email names."""
    if configuration.departs:
        key = folded(name)
        return key and User.objects.filter(Q(username_key=key) | Q(email_key=key)).first()
    username = unicodedata.normalize("NFKC", name)
    found = User.objects.filter(username=username).first()
    return found or User.objects.filter(email=User.objects.normalize_email(name)).exclude(email="").first()


class NameOrEmail(ModelBackend):
    def authenticate(self, request, username=None, password=None, **fields):
        username = fields.get("email", username)
        if not isinstance(username, str) or password is None:
            return None
        try:
            user = named(username)
        except ValueError:
            return None
        if not (user and user.check_password(password) and self.user_can_authenticate(user)):
            return None
        if configuration.departs:
            # A sign-in through any API dates the last one.
            User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        return user
