"""Place and index belong together: each says which store it is of.

So nothing is swept, nor counted as lost, because a disk is not mounted, a bucket was
made anew, or the index of another place is asked.
"""

from __future__ import annotations

from uuid import uuid4

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.database import Database
from couler_jupyter.store.migrations import tell, told
from couler_jupyter.store.places import Place


def pair(place: Place, database: Database, budget: int) -> None:
    """See that they belong together; a new index takes over what the place has.

    Raises:
        StoreFailed: they do not.
    """
    if _paired(database) is None:
        mark = place.mark(uuid4().hex)
        with database.writing() as connection:
            if told(connection, database.tables, "store") is None:
                tell(connection, database.tables, "store", mark)
                tell(connection, database.tables, "budget", str(budget))
    check(place, database)


def check(place: Place, database: Database) -> None:
    """See that they still belong together.

    Raises:
        StoreFailed: they do not.
    """
    if place.marked() != _paired(database):
        raise StoreFailed(
            f"{place.name} is not the store that {database.name} is of: "
            "it was deleted, replaced or unmounted"
        )


def _paired(database: Database) -> str | None:
    with database.reading() as connection:
        return told(connection, database.tables, "store")
