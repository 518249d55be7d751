"""How a client is let in, as the document tells it."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from niagara.accounts.permissions import SCOPES


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.authentication.BearerAuthentication"
    # The second is the same token, for those who have one already and want to paste it.
    name = ["oauth2", "token"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        view = auto_schema.view
        return [{"oauth2": view.scopes_of(view.action)}, {"token": []}]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        client = {"tokenUrl": "/oauth/token", "scopes": SCOPES}
        code = {"authorizationUrl": "/oauth/authorize", "refreshUrl": "/oauth/token", **client}
        return [
            {"type": "oauth2", "flows": {"authorizationCode": code, "clientCredentials": client}},
            {"type": "http", "scheme": "bearer"},
        ]
