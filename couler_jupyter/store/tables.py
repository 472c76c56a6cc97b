"""The tables of the index, in SQLAlchemy's words: SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

VERSION = 1
"""Of the tables; a store that says a higher one was made by a later couler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables of an index."""

    metadata: MetaData
    about: Table
    objects: Table
    reservations: Table
    results: Table
    uses: Table
    attempts: Table
    pins: Table


def tables() -> Tables:
    """Return the tables; nothing is made by that."""
    from sqlalchemy import (
        BigInteger,
        Column,
        Float,
        ForeignKey,
        Integer,
        MetaData,
        String,
        Table,
        Text,
    )

    # SQLite counts rows by itself only in a column of exactly this type.
    number = BigInteger().with_variant(Integer, "sqlite")
    data = MetaData()
    digest = String(64)
    return Tables(
        metadata=data,
        about=Table(
            "about",
            data,
            Column("name", String(32), primary_key=True),
            Column("value", Text, nullable=False),
        ),
        objects=Table(
            "objects",
            data,
            Column("digest", digest, primary_key=True),
            Column("size", BigInteger, nullable=False),
            Column("state", String(8), nullable=False),  # kept, leaving
            Column("made", Float, nullable=False),
        ),
        reservations=Table(
            "reservations",
            data,
            Column("id", String(32), primary_key=True),
            Column("bytes", BigInteger, nullable=False),
            Column("digest", digest, nullable=False),  # empty until it is known
            Column("host", Text, nullable=False),
            Column("pid", Integer, nullable=False),
            Column("born", Float, nullable=False),  # when that process started
            Column("made", Float, nullable=False),
        ),
        results=Table(
            "results",
            data,
            Column("number", number, primary_key=True, autoincrement=True),
            Column("fingerprint", digest, nullable=False, unique=True),
            Column("workflow", Text, nullable=False),
            Column("step", Text, nullable=False, index=True),
            Column("run", Text, nullable=False),
            Column("outputs", Text, nullable=False),
            Column("parts", Text, nullable=False),
            Column("seconds", Float, nullable=False),
            Column("made", Float, nullable=False),
        ),
        uses=Table(
            "uses",
            data,
            Column("digest", digest, primary_key=True),
            Column(
                "result",
                number,
                ForeignKey("results.number", ondelete="CASCADE"),
                primary_key=True,
                index=True,
            ),
        ),
        attempts=Table(
            "attempts",
            data,
            Column("number", number, primary_key=True, autoincrement=True),
            Column("run", Text, nullable=False, index=True),
            Column("workflow", Text, nullable=False, index=True),
            Column("step", Text, nullable=False),
            Column("path", Text, nullable=False),
            Column("engine", Text, nullable=False),
            Column("phase", String(16), nullable=False),
            Column("fingerprint", String(64), nullable=False),
            Column("started", Float, nullable=False),
            Column("seconds", Float, nullable=False),
            Column("cpu_seconds", Float),
            Column("peak_memory", BigInteger),
            Column("output_bytes", BigInteger, nullable=False),
            Column("inputs", Text, nullable=False),
        ),
        pins=Table("pins", data, Column("digest", digest, primary_key=True)),
    )
