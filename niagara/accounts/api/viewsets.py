from django.http import HttpResponse
from rest_framework.request import Request

from niagara.accounts.api.inputs import RoleInput, UserInput
from niagara.accounts.api.representations import AccountRepresentation, MeRepresentation, RoleRepresentation
from niagara.accounts.models import User
from niagara.accounts.operations.people import change_role, change_user, create_role, create_user, remove_user
from niagara.api.filters import LabelFilterSet
from niagara.api.paging import Key
from niagara.api.rows import RowViewSet, whole
from niagara.api.viewsets import NiagaraViewSet, Page

_USERS = Page(AccountRepresentation, "nter:users", sort=(Key("id", read=int),))


class UserViewSet(RowViewSet):
    representation = AccountRepresentation
    id_name = "user_id"
    scopes = whole("user")
    inputs = {"create": UserInput, "update": UserInput}
    pages = {"list": _USERS}
    places = {"attributes": ("user_attributes",)}
    parts = ("roles",)
    create_row = staticmethod(create_user)
    change_row = staticmethod(change_user)
    remove_row = staticmethod(remove_user)


class RoleViewSet(RowViewSet):
    representation = RoleRepresentation
    id_name = "role_id"
    scopes = whole("user") | {"users": "user:read"}
    inputs = {"create": RoleInput, "update": RoleInput}
    pages = {"list": Page(RoleRepresentation, "nter:roles", LabelFilterSet), "users": _USERS}
    operation_ids = {"users": "fetchUsersOfRole"}
    parts = ("grants",)
    create_row = staticmethod(create_role)
    change_row = staticmethod(change_role)

    def users(self, request: Request, role_id: str) -> HttpResponse:
        """Fetches the users who have a role."""
        return self.page(User.objects.visible_to(self.user).filter(roles=self.get_row()))


class MeViewSet(NiagaraViewSet):
    """The user who asks."""

    representation = MeRepresentation
    scopes = {"retrieve": "me:profile"}

    def retrieve(self, request: Request) -> HttpResponse:
        """Fetches the signed-in user."""
        return self.answer(self.user)
