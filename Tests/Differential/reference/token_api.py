"""`/api/v1/users/…`: Django REST framework's own tokens. `/api-token-auth/` is the library's view as it is."""

from rest_framework import mixins, permissions, serializers, viewsets
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token

from reference.fields import EMAIL, USERNAME, AccountSerializer
from reference.models import User

NAME = {"required": False, "allow_blank": True, "max_length": 150}


class UserSerializer(AccountSerializer):
    id = serializers.CharField(source="uuid", read_only=True)
    first_name = serializers.CharField(**NAME)
    last_name = serializers.CharField(**NAME)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254, **EMAIL)

    class Meta:
        model = User
        fields = ["id", "username", "first_name", "last_name", "email"]
        read_only_fields = ["username"]

    def to_representation(self, user):
        shown = super().to_representation(user)
        return shown | {name: shown[name] or "" for name in ("first_name", "last_name", "email")}


class CreateSerializer(UserSerializer):
    password = serializers.CharField(max_length=128, write_only=True)
    auth_token = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "username", "password", "first_name", "last_name", "email", "auth_token"]
        extra_kwargs = {"username": USERNAME}

    def get_auth_token(self, user):
        return Token.objects.get_or_create(user=user)[0].key


class IsOneselfOrReading(permissions.BasePermission):
    def has_permission(self, request, view):
        return "uuid" not in view.kwargs or bool(request.user and request.user.is_authenticated)

    def has_object_permission(self, request, view, user):
        return request.method in permissions.SAFE_METHODS or user == request.user


class UserViewSet(mixins.CreateModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, viewsets.GenericViewSet):
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsOneselfOrReading]
    queryset = User.objects.all()
    lookup_field = "uuid"

    def get_serializer_class(self):
        return CreateSerializer if self.request.path.strip("/") == "api/v1/users" else UserSerializer

    def get_object(self):
        if self.kwargs["uuid"] in ("me", "id"):
            self.kwargs["uuid"] = str(self.request.user.uuid)
        return super().get_object()
