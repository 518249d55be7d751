"""As production starts: what it refuses, and what it tells browsers."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from tests.niagara.test_serving import NOWHERE, PATIENCE, serving

WEAK = "Set SECRET_KEY to 50 or more random characters, or DEBUG=true on a developer's own machine."


def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    production = {"DJANGO_SETTINGS_MODULE": "niagara.settings", "DEBUG": "false", **environment}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR, env={**os.environ, **production}, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip


@pytest.mark.parametrize("key", ["", "short", "ab" * 30], ids=["none", "short", "monotonous"])
def test_without_a_good_key_no_command_starts(key: str) -> None:
    ended = run("manage.py", "check", SECRET_KEY=key)

    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (3, "", WEAK)


def test_without_a_good_key_no_server_starts() -> None:
    gunicorn = ("-m", "gunicorn", "niagara.wsgi", "--config", "niagara/serving.py", "--bind=127.0.0.1:0")

    # Of one process: while Gunicorn ends for one that refused to start, another makes it print a trace of its own.
    ended = run(*gunicorn, "--no-control-socket", "--workers=1", SECRET_KEY="")

    assert ended.returncode != 0
    assert WEAK in ended.stderr
    assert "Traceback" not in ended.stderr


def test_passwords_are_kept_with_argon2() -> None:
    program = "from django.contrib.auth.hashers import make_password; print(make_password('secret'))"

    assert run("manage.py", "shell", "--no-imports", "-c", program).stdout.startswith("argon2$argon2id$")


def test_a_browser_is_told_to_keep_to_https_and_to_run_nothing_from_elsewhere(tmp_path: Path) -> None:
    with serving(tmp_path, NOWHERE, SECURE_SSL_REDIRECT="true") as server:
        plain = httpx.get(f"{server.address}/sign-in", timeout=PATIENCE)
        page = httpx.get(f"{server.address}/sign-in", headers={"X-Forwarded-Proto": "https"}, timeout=PATIENCE)

    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://127.0.0.1:{server.port}/sign-in")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"].split("; ")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    [cookie] = page.headers.get_list("Set-Cookie")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {*cookie.split("; ")}
