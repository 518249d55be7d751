from typing import Any

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission


class TokenHasScope(BasePermission):
    """The token needs the scope of the operation, and its user the permission of the same name.

    Whether the user holds it for one row is asked where the row is known: `NiagaraViewSet.get_row`
    and the operations.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        if request.auth is None:
            raise NotAuthenticated("Send an access token: Authorization: Bearer …")
        if view.action in (None, "metadata"):
            return True  # a method the address does not have: 405
        scope = view.scopes[view.action]
        if scope is None:
            return True
        if scope not in request.auth.scope.split():
            raise PermissionDenied(f"The access token lacks the scope {scope}.")
        if not view.kwargs and scope not in request.user.grants:
            raise PermissionDenied(f"You need the permission {scope} for this. Ask your administrator for it.")
        return True
