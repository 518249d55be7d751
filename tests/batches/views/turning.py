"""Turning the pages of a list that go on from a row."""

import re
from html import unescape
from typing import Any

from django.test import Client


def leads(response: Any, way: str) -> str:
    """Where "next" or "prev" leads to; nowhere on the last or the first page."""
    found = re.search(rf'rel="{way}" href="([^"]*)"', response.content.decode())
    return response.wsgi_request.path + unescape(found[1]) if found else ""


def turn(client: Client, response: Any, way: str) -> list[Any]:
    """This page and all that way from it."""
    pages = [response]
    while address := leads(pages[-1], way):
        pages.append(client.get(address))
    return pages


def rows_of(response: Any) -> list[Any]:
    return list(response.context["page"])
