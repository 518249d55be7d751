from typing import Any

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission


class TokenHasScope(BasePermission):
    """The token needs the scopes of the operation, and its user the permissions of the same names.

    The first scope is that of the row in the address, if there is one. Whether the user holds it
    for that row is asked where the row is known: `NiagaraViewSet.get_row` and the operations.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        if request.auth is None:
            raise NotAuthenticated("Send an access token: Authorization: Bearer …")
        if view.action in (None, "metadata"):
            return True  # a method the address does not have: 405
        needed, held = view.scopes_of(view.action), request.auth.scope.split()
        for scope in needed:
            if scope not in held:
                raise PermissionDenied(f"The access token lacks the scope {scope}.")
        for scope in needed[1:] if view.kwargs else needed:
            if scope not in request.user.grants:
                raise PermissionDenied(f"You need the permission {scope} for this. Ask your administrator for it.")
        return True
