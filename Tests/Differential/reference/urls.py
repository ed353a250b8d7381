"""The paths of the five APIs."""

from django.urls import path, re_path
from djoser.views import TokenCreateView, TokenDestroyView
from rest_framework.authtoken.views import obtain_auth_token

from reference import djoser_api, jwt_api, session_api, simplejwt_api, token_api

accounts = djoser_api.Accounts.as_view
users = token_api.UserViewSet.as_view

urlpatterns = [
    path("core/signup/", session_api.Signup.as_view()),
    path("core/login/", session_api.Login.as_view()),
    path("core/profile/", session_api.Profile.as_view()),
    path("core/update_password/", session_api.UpdatePassword.as_view()),
    path("auth/users/", accounts({"post": "create", "get": "list"}, name="Create")),
    path(
        "auth/users/me/",
        accounts({method: "me" for method in ("get", "put", "patch", "delete")}),
    ),
    path("auth/users/set_password/", accounts({"post": "set_password"}, name="Set Password")),
    re_path("^auth/users/(?P<id>[^/.]+)/$", accounts({"get": "retrieve"}, name="User Instance")),
    path("auth/token/login/", TokenCreateView.as_view()),
    path("auth/token/logout/", TokenDestroyView.as_view()),
    path("user/<int:pk>/", djoser_api.UserDetail.as_view()),
    path("create_user/", jwt_api.CreateUser.as_view()),
    path("obtain_token/", jwt_api.ObtainToken.as_view()),
    path("update_profile/", jwt_api.UpdateProfile.as_view()),
    path("get_profile/", jwt_api.GetProfile.as_view()),
    path("api/user/register/", simplejwt_api.Register.as_view()),
    path("api/user/login/", simplejwt_api.Login.as_view()),
    path("api/user/refresh/", simplejwt_api.Refresh.as_view()),
    path("api/user/me/", simplejwt_api.Me.as_view()),
    path("api/user/update/", simplejwt_api.Update.as_view()),
    path("api/v1/users/", users({"post": "create"}, suffix="List")),
    re_path(
        "^api/v1/users/(?P<uuid>[^/.]+)/$",
        users({"get": "retrieve", "put": "update", "patch": "partial_update"}, suffix="Instance"),
    ),
    path("api-token-auth/", obtain_auth_token),
    path("api/v1/api-token-auth/", obtain_auth_token),
]
