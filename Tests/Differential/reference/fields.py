"""What the serializers of several APIs share."""

import uuid

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from rest_framework import serializers

from reference import configuration
from reference.backend import named
from reference.models import User


class Taken:
    """Refuses a name that is somebody's username or email; stands where the model's unique validator would."""

    requires_context = True

    def __init__(self, message):
        self.message = message

    def __call__(self, value, field):
        try:
            # What is no address cannot be taken as one, though it may be somebody's username.
            if field.field_name == "email" and configuration.departs:
                validate_email(value)
            found = named(value)
        except (DjangoValidationError, ValueError):
            return
        if found and found != getattr(field.parent, "instance", None):
            raise serializers.ValidationError(self.message, code="unique")


USERNAME = {"validators": [UnicodeUsernameValidator(), Taken("A user with that username already exists.")]}
EMAIL = {"validators": [Taken("user with this email already exists.")]}


def check_password(password, user, key="password"):
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        raise serializers.ValidationError({key: serializers.as_serializer_error(error)["non_field_errors"]})


class AccountSerializer(serializers.ModelSerializer):
    """Checks the password against an account made of the other fields, and makes and changes accounts."""

    def validate(self, fields):
        password = fields.get("password")
        if password is not None:
            check_password(password, User(**{k: v for k, v in fields.items() if k not in ("password", "towns")}))
        return fields

    # As UserManager.create_user: names are normalised when an account is made, and only then.
    def create(self, fields):
        password = fields.pop("password")
        user = User(**fields)
        user.email = User.objects.normalize_email(user.email) or None
        user.username = User.normalize_username(user.username or str(uuid.uuid4()))
        user.set_password(password)
        user.save()
        return user

    def update(self, user, fields):
        password = fields.pop("password", None)
        for name, value in fields.items():
            setattr(user, name, value)
        user.email = user.email or None
        if password is not None:
            user.set_password(password)
        user.save()
        return user
