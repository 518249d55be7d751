"""OAuth2 as django-oauth-toolkit does it, held to our rules."""
