"""A database for each site: a file, or one on a PostgreSQL server."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def kind_of(server: str) -> str:
    """Return the kind of database, as the report names it."""
    return "PostgreSQL" if server else "SQLite"


def create_database(server: str, name: str, folder: Path) -> str:
    """Return the address of an empty database; one that an earlier run left behind is deleted."""
    if not server:
        path = folder / "db.sqlite3"
        path.unlink(missing_ok=True)
        return f"sqlite:///{path}"
    drop_database(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def drop_database(server: str, name: str) -> None:
    """Delete a database of the server, if it exists; without a server there is nothing to delete."""
    if server:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(command)
