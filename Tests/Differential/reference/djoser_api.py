"""`/auth/…` and `/user/<id>/`: djoser itself, with the document's towns and its 200."""

from djoser.views import UserViewSet
from rest_framework import generics
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated

from reference.djoser_serializers import FullSerializer
from reference.models import User


class Accounts(UserViewSet):
    authentication_classes = [TokenAuthentication]

    def create(self, request, *args, **kwargs):
        response = super().create(request, *args, **kwargs)
        response.status_code = 200
        return response


class UserDetail(generics.RetrieveAPIView):
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    serializer_class = FullSerializer
    queryset = User.objects.all()
