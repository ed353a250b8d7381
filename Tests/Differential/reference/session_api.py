"""`/core/…`: Django's session authentication."""

from django.contrib.auth import authenticate, login, logout
from rest_framework import exceptions, generics, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response

from reference.fields import EMAIL, USERNAME, AccountSerializer, check_password
from reference.models import User


class ProfileSerializer(AccountSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "email", "first_name", "last_name"]
        extra_kwargs = {"username": USERNAME, "email": EMAIL}

    def to_representation(self, user):
        shown = super().to_representation(user)
        for name in ("first_name", "last_name"):
            if shown[name] is None:
                shown[name] = "Unknown"
        return shown


class SignupSerializer(ProfileSerializer):
    password = serializers.CharField(write_only=True)
    password_repeat = serializers.CharField(write_only=True)

    class Meta(ProfileSerializer.Meta):
        fields = ["id", "username", "first_name", "last_name", "email", "password", "password_repeat"]

    def validate(self, fields):
        if fields["password"] != fields.pop("password_repeat"):
            raise serializers.ValidationError({"password_repeat": ["Passwords must match"]})
        check_password(fields["password"], None)
        return fields


class LoginSerializer(serializers.Serializer):
    username = serializers.CharField()
    password = serializers.CharField()


class PasswordSerializer(serializers.Serializer):
    old_password = serializers.CharField()
    new_password = serializers.CharField()

    def validate(self, fields):
        user = self.context["request"].user
        if not user.check_password(fields["old_password"]):
            raise serializers.ValidationError({"old_password": ["Password is incorrect"]})
        check_password(fields["new_password"], user, "new_password")
        return fields


class View(generics.GenericAPIView):
    authentication_classes = [SessionAuthentication]
    permission_classes = [AllowAny]


class Signup(View, generics.CreateAPIView):
    serializer_class = SignupSerializer


class Login(View):
    serializer_class = LoginSerializer

    def post(self, request):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = authenticate(request, **serializer.validated_data)
        if user is None:
            raise exceptions.AuthenticationFailed()
        login(request, user)
        return Response(serializer.data)


class Profile(View, generics.RetrieveUpdateDestroyAPIView):
    serializer_class = ProfileSerializer
    permission_classes = [IsAuthenticated]

    def get_object(self):
        return self.request.user

    def put(self, request):
        return self.partial_update(request)

    def delete(self, request):
        logout(request)
        return Response(status=204)


class UpdatePassword(View):
    serializer_class = PasswordSerializer
    permission_classes = [IsAuthenticated]

    def get_object(self):
        return self.request.user

    def put(self, request):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        request.user.set_password(serializer.validated_data["new_password"])
        request.user.save()
        return Response(status=204)

    def patch(self, request):
        return self.put(request)
