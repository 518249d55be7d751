"""People, roles, OAuth2 clients and the history in the admin."""

from niagara.accounts.admin import clients, history, people

__all__ = ["clients", "history", "people"]
