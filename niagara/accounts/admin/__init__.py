"""People, roles, OAuth2 clients and the history in the admin."""

from niagara.accounts.admin import clients, doors, history, people

__all__ = ["clients", "doors", "history", "people"]
