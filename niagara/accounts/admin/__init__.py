"""People, roles, OAuth2 clients and the history in the admin."""

from niagara.accounts.admin import badges, clients, doors, history, people

__all__ = ["badges", "clients", "doors", "history", "people"]
