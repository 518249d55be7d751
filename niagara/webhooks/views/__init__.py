"""Screens of webhooks."""
