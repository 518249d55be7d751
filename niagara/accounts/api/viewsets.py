from niagara.accounts.api.representations import UserRepresentation
from niagara.api.viewsets import Page, ReadViewSet


class UserViewSet(ReadViewSet):
    representation = UserRepresentation
    pages = {"list": Page(UserRepresentation, "nter:users")}
    id_name = "user_id"
    scopes = {"list": "user:all", "retrieve": "user:read"}
