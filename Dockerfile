# One image for the web processes, the worker and the commands.
FROM python:3.13-slim AS installed
WORKDIR /niagara
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim
# A volume that is put there is the user's as well.
RUN useradd --system --no-create-home niagara && install --directory --owner=niagara /var/lib/niagara/files
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MEDIA_ROOT=/var/lib/niagara/files
WORKDIR /niagara
COPY --from=installed /venv /venv
COPY manage.py ./
COPY niagara niagara
COPY workorders workorders
COPY queues queues
COPY batches batches
COPY templates templates
# Only to gather the static files; the image keeps no key.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_hex(32))") python manage.py collectstatic --noinput
USER niagara
EXPOSE 8000
HEALTHCHECK --interval=5s CMD ["python", "-c", "import urllib.request as ask; ask.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
CMD ["gunicorn", "niagara.wsgi", "--config", "niagara/serving.py", "--bind", "0.0.0.0:8000"]
