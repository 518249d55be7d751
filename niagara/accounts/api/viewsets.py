from niagara.accounts.api.representations import UserRepresentation
from niagara.api.viewsets import ReadViewSet


class UserViewSet(ReadViewSet):
    representation = UserRepresentation
    page_key = "nter:users"
    id_name = "user_id"
    scopes = {"list": "user:all", "retrieve": "user:read"}
