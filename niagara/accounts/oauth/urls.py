"""The OAuth2 endpoints, under the names django-oauth-toolkit reverses."""

from django.urls import path

from niagara.accounts.oauth import views

app_name = "oauth2_provider"

urlpatterns = [
    path("oauth/authorize", views.AuthorizationView.as_view(), name="authorize"),
    path("oauth/token", views.TokenView.as_view(), name="token"),
    path("oauth/revoke", views.RevocationView.as_view(), name="revoke-token"),
    path("oauth/introspect", views.IntrospectionView.as_view(), name="introspect"),
    path(
        ".well-known/oauth-authorization-server",
        views.ServerMetadataView.as_view(),
        name="oauth-server-metadata",
    ),
]
