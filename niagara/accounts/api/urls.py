from django.urls import path

from niagara.accounts.api.viewsets import UserViewSet

urlpatterns = [
    path("users", UserViewSet.as_view({"get": "list"}), name="users"),
    path("users/<slug:user_id>", UserViewSet.as_view({"get": "retrieve"}), name="user"),
]
