"""`/api/user/…`: SimpleJWT."""

from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from reference.fields import EMAIL, AccountSerializer
from reference.models import User


class AccountsSerializer(AccountSerializer):
    id = serializers.CharField(source="uuid", read_only=True)
    full_name = serializers.CharField(max_length=255)
    email = serializers.EmailField(max_length=254, **EMAIL)
    profile_pic = serializers.ImageField(source="picture", required=False, allow_null=True)
    password = serializers.CharField(max_length=128, write_only=True)

    class Meta:
        model = User
        fields = ["id", "full_name", "email", "profile_pic", "password"]

    def to_representation(self, user):
        shown = super().to_representation(user)
        if user.full_name is None:
            shown["full_name"] = " ".join(filter(None, [user.first_name, user.last_name]))
        return shown


class LoginSerializer(TokenObtainPairSerializer):
    username_field = "email"

    def validate(self, fields):
        tokens = super().validate(fields)
        return {"tokens": tokens, "data": AccountsSerializer(self.user, context=self.context).data}


class Register(generics.CreateAPIView):
    authentication_classes = []
    permission_classes = [AllowAny]
    serializer_class = AccountsSerializer


class Login(TokenObtainPairView):
    serializer_class = LoginSerializer

    def get_authenticate_header(self, request):
        return 'JWT realm="api"'


class Refresh(TokenRefreshView):
    def get_authenticate_header(self, request):
        return 'JWT realm="api"'


class Me(generics.RetrieveAPIView):
    authentication_classes = [JWTAuthentication]
    permission_classes = [IsAuthenticated]
    serializer_class = AccountsSerializer

    def get_object(self):
        return self.request.user


class Update(generics.UpdateAPIView):
    authentication_classes = [JWTAuthentication]
    permission_classes = [IsAuthenticated]
    serializer_class = AccountsSerializer

    def get_object(self):
        return self.request.user
