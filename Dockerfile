# syntax=docker/dockerfile:1
# Two images: the application (web, workers, beat, migrations) and the reverse proxy.

FROM python:3.12-slim-bookworm AS construction
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/venv
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
# Neither the embedded servers nor the tools of development.
RUN uv sync --frozen --no-default-groups
COPY . .
# The demo’s settings: collecting files needs no secret.
RUN PIMMS_DEMO=1 STATIC_ROOT=/static /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q accueil mediation pimms qualite

FROM python:3.12-slim-bookworm AS application
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        ca-certificates postgresql-common \
    # pg_dump and pg_restore of the server's own version, for `sauvegarder` and `restaurer`.
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 pimms \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin pimms \
    && install --directory --owner=10001 --group=10001 --mode=0750 /fichiers
COPY --from=construction /venv /venv
COPY --from=construction /static /static
COPY --from=construction /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=pimms.settings \
    STATIC_ROOT=/static \
    FICHIERS=/fichiers
WORKDIR /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "pimms/deploiement/sonde.py", "web"]
CMD ["gunicorn", "-c", "pimms/deploiement/gunicorn.conf.py", "pimms.wsgi:application"]

FROM caddy:2-alpine AS proxy
RUN adduser -D -H -u 10002 proxy && chown -R proxy:proxy /data /config
COPY pimms/deploiement/Caddyfile /etc/caddy/Caddyfile
USER proxy
EXPOSE 8080 8443
