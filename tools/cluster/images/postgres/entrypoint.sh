#!/bin/sh
# What the official image's entrypoint does, as far as the chart uses it: a database made from POSTGRES_USER,
# POSTGRES_PASSWORD and POSTGRES_DB when there is none, then the server.
set -eu
if [ "$1" != postgres ]; then
    exec "$@"
fi
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

# initdb wants to know its user's name; any UID may run this.
if ! getent passwd "$(id -u)" > /dev/null; then
    passwd=$(mktemp)
    group=$(mktemp)
    printf 'postgres:x:%s:%s:Postgres:%s:/bin/false\n' "$(id -u)" "$(id -g)" "$PGDATA" > "$passwd"
    printf 'postgres:x:%s:\n' "$(id -g)" > "$group"
    export NSS_WRAPPER_PASSWD="$passwd" NSS_WRAPPER_GROUP="$group" LD_PRELOAD=libnss_wrapper.so
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    : "${POSTGRES_PASSWORD:?is not set}"
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    secret=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" > "$secret"
    initdb --pgdata="$PGDATA" --username="$user" --pwfile="$secret" --auth=scram-sha-256 --encoding=UTF8 --locale=C
    rm -f "$secret"
    printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
    printf "listen_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n" >> "$PGDATA/postgresql.conf"
    if [ "$database" != postgres ]; then
        pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start
        printf 'CREATE DATABASE "%s"' "$database" \
            | PGPASSWORD="$POSTGRES_PASSWORD" psql -v ON_ERROR_STOP=1 -h /var/run/postgresql -U "$user" -d postgres
        pg_ctl -D "$PGDATA" -m fast -w stop
    fi
fi
exec "$@"
