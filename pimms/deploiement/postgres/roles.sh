#!/bin/sh
# The two roles and the database. Run by the image at the first start; run again, it renews the passwords.
#   MDP_PROPRIETAIRE  password of pimms, which owns the tables and migrates
#   MDP_APPLICATION   password of pimms_app, under which web and workers run
set -eu

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set=proprietaire="${MDP_PROPRIETAIRE:?}" --set=application="${MDP_APPLICATION:?}" <<'SQL'
SELECT 'CREATE ROLE pimms' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pimms') \gexec
SELECT 'CREATE ROLE pimms_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pimms_app') \gexec
ALTER ROLE pimms LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'proprietaire';
ALTER ROLE pimms_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'application';
SELECT 'CREATE DATABASE pimms OWNER pimms'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'pimms') \gexec
REVOKE ALL ON DATABASE pimms FROM PUBLIC;
GRANT CONNECT ON DATABASE pimms TO pimms_app;
SQL
