"""The tables of the index, in SQLAlchemy's words: SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables of an index."""

    metadata: MetaData
    about: Table
    objects: Table
    claims: Table
    pins: Table
    results: Table
    parts: Table
    uses: Table
    attempts: Table
    pasts: Table


def tables() -> Tables:
    """Return the tables as they are now; nothing is made by that.

    What changes here needs a step in `migrations`.
    """
    from sqlalchemy import (
        BigInteger,
        Column,
        Float,
        ForeignKey,
        Index,
        Integer,
        LargeBinary,
        MetaData,
        String,
        Table,
        Text,
    )

    # SQLite counts rows by itself only in a column of exactly this type
    number = BigInteger().with_variant(Integer, "sqlite")
    data = MetaData()
    digest = String(64)

    def counted() -> Column[int]:
        """Order by this, never by a clock."""
        return Column("number", number, primary_key=True, autoincrement=True)

    def of_result() -> Column[int]:
        there = ForeignKey("results.number", ondelete="CASCADE")
        return Column("result", number, there, primary_key=True)

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
            counted(),
            Column("digest", digest, nullable=False, unique=True),
            Column("size", BigInteger, nullable=False, index=True),
            Column("used", BigInteger, nullable=False, index=True),  # in order of use
            Column("uses", BigInteger, nullable=False),
            Column("made", Float, nullable=False),
        ),
        claims=Table(
            "claims",
            data,
            Column("id", String(32), primary_key=True),
            Column("bytes", BigInteger, nullable=False),
            Column("digest", digest, nullable=False),  # empty until it is known
            Column("writer", String(32), nullable=False),  # empty: nobody any more
        ),
        pins=Table("pins", data, Column("name", String(200), primary_key=True)),
        results=Table(
            "results",
            data,
            counted(),
            Column("fingerprint", digest, nullable=False, unique=True),
            Column("workflow", Text, nullable=False),
            Column("step", Text, nullable=False),
            Column("run", Text, nullable=False),
            Column("outputs", Text, nullable=False),
            Column("seconds", Float, nullable=False),
            Column("made", Float, nullable=False),
            Index("results_by_step", "workflow", "step"),
        ),
        parts=Table(
            "parts", data, of_result(), Column("parts", LargeBinary, nullable=False)
        ),
        uses=Table(
            "uses",
            data,
            Column("digest", digest, primary_key=True),
            of_result(),
            Column("output", String(200), primary_key=True),
            Index("uses_by_result", "result"),
        ),
        attempts=Table(
            "attempts",
            data,
            counted(),
            Column("run", Text, nullable=False),
            Column("workflow", Text, nullable=False),
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
            Column("read_bytes", BigInteger, nullable=False),
            Column("read_seconds", Float, nullable=False),
            Index("attempts_by_step", "workflow", "step", "phase"),
        ),
        pasts=Table(
            "pasts",
            data,
            counted(),
            Column("run", Text, nullable=False, index=True),
            Column("workflow", Text, nullable=False),
            Column("visits", LargeBinary, nullable=False),
            Column("finished", Integer),  # null while the run goes on
        ),
    )
