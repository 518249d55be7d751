from django.urls import path

from niagara.accounts.api.viewsets import MeViewSet, RoleViewSet, UserViewSet
from niagara.api.rows import LIST, SINGLE

urlpatterns = [
    path("users", UserViewSet.as_view(LIST), name="users"),
    path("users/<slug:user_id>", UserViewSet.as_view(SINGLE), name="user"),
    path("roles", RoleViewSet.as_view(LIST), name="roles"),
    path("roles/<slug:role_id>", RoleViewSet.as_view(SINGLE), name="role"),
    path("roles/<slug:role_id>/users", RoleViewSet.as_view({"get": "users"}), name="role-users"),
    path("me", MeViewSet.as_view({"get": "retrieve"}), name="me"),
]
