"""What djoser is told to read and show; apart from the views because djoser imports it first."""

from rest_framework import serializers

from reference.fields import EMAIL, USERNAME, AccountSerializer
from reference.models import Town, User


class UserCreateSerializer(AccountSerializer):
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254, **EMAIL)
    towns = serializers.PrimaryKeyRelatedField(many=True, required=False, write_only=True, queryset=Town.objects.all())
    password = serializers.CharField(write_only=True)

    class Meta:
        model = User
        fields = ["email", "username", "id", "towns", "password"]
        extra_kwargs = {"username": USERNAME}

    def create(self, fields):
        towns = fields.pop("towns", [])
        user = super().create(fields)
        user.towns.set(towns)
        return user

    def to_representation(self, user):
        return super().to_representation(user) | {"email": user.email or ""}


class MeSerializer(AccountSerializer):
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254, label="Email", **EMAIL)

    class Meta:
        model = User
        fields = ["email", "id", "username"]
        read_only_fields = ["username"]

    def to_representation(self, user):
        return super().to_representation(user) | {"email": user.email or ""}


class FullSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = [
            "id", "last_login", "is_superuser", "username", "first_name", "last_name", "email", "is_staff",
            "is_active", "date_joined", "days_count", "groups", "user_permissions", "towns",
        ]  # fmt: skip

    def to_representation(self, user):
        shown = super().to_representation(user)
        return shown | {name: shown[name] or "" for name in ("first_name", "last_name", "email")}
