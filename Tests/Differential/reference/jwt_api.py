"""`/create_user/` and its like: djangorestframework-jwt 1.11.

Its authentication is written out here after rest_framework_jwt/authentication.py and utils.py, because the package
imports names that Django 4 and PyJWT 2 no longer have.
"""

import time

import jwt
from django.conf import settings
from django.contrib.auth import authenticate
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from reference.fields import EMAIL, AccountSerializer
from reference.models import User


def token_of(user):
    payload = {
        "user_id": user.pk,
        "username": user.username,
        "exp": int(time.time()) + 7 * 86400,
        "email": user.email,
    }
    return jwt.encode(payload, settings.SECRET_KEY, "HS256")


class JSONWebTokenAuthentication(BaseAuthentication):
    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"jwt":
            return None
        if len(parts) == 1:
            raise exceptions.AuthenticationFailed("Invalid Authorization header. No credentials provided.")
        if len(parts) > 2:
            raise exceptions.AuthenticationFailed(
                "Invalid Authorization header. Credentials string should not contain spaces."
            )
        try:
            payload = jwt.decode(parts[1], settings.SECRET_KEY, algorithms=["HS256"])
        except jwt.ExpiredSignatureError:
            raise exceptions.AuthenticationFailed("Signature has expired.")
        except jwt.DecodeError:
            raise exceptions.AuthenticationFailed("Error decoding signature.")
        except jwt.InvalidTokenError:
            raise exceptions.AuthenticationFailed()
        username = payload.get("username")
        if not username:
            raise exceptions.AuthenticationFailed("Invalid payload.")
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            raise exceptions.AuthenticationFailed("Invalid signature.")
        if not user.is_active:
            raise exceptions.AuthenticationFailed("User account is disabled.")
        return user, parts[1]

    def authenticate_header(self, request):
        return 'JWT realm="api"'


class CreateUserSerializer(AccountSerializer):
    email = serializers.EmailField(max_length=254, **EMAIL)
    password = serializers.CharField(max_length=128, trim_whitespace=False)

    class Meta:
        model = User
        fields = ["email", "password"]


class ProfileSerializer(AccountSerializer):
    avatar = serializers.ImageField(source="picture", required=False, allow_null=True)

    class Meta:
        model = User
        fields = ["uuid", "username", "email", "first_name", "last_name", "patronymic", "avatar"]
        read_only_fields = ["uuid", "username", "email"]


class CreateUser(APIView):
    authentication_classes = []
    permission_classes = []

    def post(self, request):
        serializer = CreateUserSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response({"message": "User succesfully created"}, status=201)


class LoginSerializer(serializers.Serializer):
    login = serializers.CharField(trim_whitespace=False)
    password = serializers.CharField(trim_whitespace=False)


class ObtainToken(APIView):
    authentication_classes = []
    permission_classes = []

    def post(self, request):
        serializer = LoginSerializer(data=request.data)
        fields = serializer.validated_data if serializer.is_valid() else {}
        user = authenticate(request, username=fields.get("login"), password=fields.get("password"))
        if user is None:
            return Response({"error": "Please provide right login and a password"}, status=401)
        return Response({"token": token_of(user)})


class UpdateProfile(APIView):
    authentication_classes = [JSONWebTokenAuthentication]
    permission_classes = [IsAuthenticated]

    def put(self, request):
        if hasattr(request.data, "keys") and set(request.data) - {"first_name", "last_name", "patronymic", "avatar"}:
            raise exceptions.AuthenticationFailed("Invalid signature.")
        serializer = ProfileSerializer(request.user, data=request.data, partial=True, context={"request": request})
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)


class GetProfile(APIView):
    authentication_classes = [JSONWebTokenAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response(ProfileSerializer(request.user, context={"request": request}).data)
