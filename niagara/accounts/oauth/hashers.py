from django.contrib.auth.hashers import PBKDF2PasswordHasher


class ClientSecretHasher(PBKDF2PasswordHasher):
    """For the secrets of OAuth2 clients: 128 random characters, which no number of rounds makes
    harder to guess. The hash for people's passwords would cost 0.3 s at every token request."""

    algorithm = "client_secret"
    iterations = 1000
