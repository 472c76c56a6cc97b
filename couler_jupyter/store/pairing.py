"""Place and index belong together: each says which store it is of.

So nothing is swept, nor counted as lost, because a disk is not mounted, a bucket was
made anew, or the index of another place is asked.
"""

from __future__ import annotations

from uuid import uuid4

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.database import Database
from couler_jupyter.store.migrations import tell, told
from couler_jupyter.store.places import MARK, Place


def pair(place: Place, database: Database, budget: int) -> bool:
    """See that they belong together, once and for all if the index is new.

    Returns:
        Whether it was new: the place may hold what that does not know.

    Raises:
        StoreFailed: they do not.
    """
    if _told(database, "store") is not None:
        check(place, database)
        return False
    with database.writing() as connection:
        # written down first: whoever goes on after a crash goes on with the same one
        proposed = told(connection, database.tables, "proposed") or uuid4().hex
        tell(connection, database.tables, "proposed", proposed)
    if place.mark(proposed) != proposed:
        raise StoreFailed(
            f"{place.name} is the store of another index than {database.name}; name "
            f"that one, or remove {MARK} there to have this one take its place"
        )
    with database.writing() as connection:
        if told(connection, database.tables, "store") is None:
            tell(connection, database.tables, "store", proposed)
            tell(connection, database.tables, "budget", str(budget))
    return True


def check(place: Place, database: Database) -> None:
    """See that they still belong together.

    Raises:
        StoreFailed: they do not.
    """
    if place.marked() != _told(database, "store"):
        raise StoreFailed(
            f"{place.name} is not the store that {database.name} is of: "
            "it was deleted, replaced or unmounted"
        )


def _told(database: Database, name: str) -> str | None:
    with database.asking() as plain:
        rows = plain.ask("SELECT value FROM about WHERE name = :name", {"name": name})
    return rows[0][0] if rows else None
