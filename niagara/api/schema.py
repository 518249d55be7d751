"""The OpenAPI 3.1 document: representations, inputs and scopes as the views declare them."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from niagara.accounts.permissions import SCOPES


class NiagaraSchema(AutoSchema):
    pass


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "niagara.api.authentication.BearerAuthentication"
    name = "oauth2"

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        view = auto_schema.view
        scope = view.scopes.get(view.action)
        return {self.name: [scope] if scope else []}

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        address = {"tokenUrl": "/oauth/token", "scopes": SCOPES}
        return {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {"authorizationUrl": "/oauth/authorize", "refreshUrl": "/oauth/token", **address},
                "clientCredentials": address,
            },
        }
