"""djoser's paths, and the one of the Token API by which names are written."""

from django.contrib.auth import get_user_model
from django.urls import include, path
from djoser.serializers import UserSerializer
from djoser.views import UserViewSet


class Profile(UserSerializer):
    """djoser's own with the names that the bench writes."""

    class Meta(UserSerializer.Meta):
        model = get_user_model()
        fields = ("id", "username", "first_name", "last_name", "email")


urlpatterns = [
    path("auth/", include("djoser.urls")),
    path("auth/", include("djoser.urls.authtoken")),
    path("api/v1/users/<uuid:uuid>/", UserViewSet.as_view({"patch": "me"})),
]
