"""A database of its own for each site: a file, or with DATABASE_URL one on that PostgreSQL server."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def kind_of(server: str) -> str:
    """Return the name of the database that is measured with."""
    return "PostgreSQL" if server else "SQLite"


def create_database(server: str, name: str, folder: Path) -> str:
    """Return the address of an empty database; one of that name that an earlier run left behind is thrown away."""
    if not server:
        path = folder / "db.sqlite3"
        path.unlink(missing_ok=True)
        return f"sqlite:///{path}"
    drop_database(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def drop_database(server: str, name: str) -> None:
    """Throw a database away, if it is one of a server and there."""
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
