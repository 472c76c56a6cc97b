"""Where training logs are kept, by data, model card and setting, for the next notebook.

What was predicted and what is real lie in two tables, each of which refuses the sources
of the other. A file of SQLite, opened anew each time: safe for any number of notebooks,
threads and forked processes at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, assert_never

from couler_jupyter.errors import StoreFailed, TuningFault
from couler_jupyter.ir.constant import Json
from couler_jupyter.ir.tuning import DataCard, ModelCard, Setting
from couler_jupyter.ir.tuning.document import document_of, read_document
from couler_jupyter.tuning.logs.log import (
    PredictedLog,
    PredictedSource,
    RealLog,
    RealSource,
    TrainingLog,
)

_PATIENCE: Final = 60.0
_FILE: Final = "logs.sqlite"
_VERSION: Final = 1
_MOST_KEPT: Final = 20_000
L = TypeVar("L", PredictedLog, RealLog)


def _sources(kind: Iterable[str]) -> str:
    return ", ".join(f"'{source}'" for source in kind)


_TABLES: Final = f"""
CREATE TABLE IF NOT EXISTS cards (key TEXT PRIMARY KEY, card TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS real_logs (
  number INTEGER PRIMARY KEY, data TEXT NOT NULL, model TEXT NOT NULL,
  setting TEXT NOT NULL, source TEXT NOT NULL CHECK (source IN ({_sources(RealSource)})),
  run TEXT NOT NULL, units INTEGER NOT NULL, log TEXT NOT NULL,
  UNIQUE (data, model, setting, source, run, units));
CREATE TABLE IF NOT EXISTS predicted_logs (
  number INTEGER PRIMARY KEY, data TEXT NOT NULL, model TEXT NOT NULL,
  setting TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ({_sources(PredictedSource)})),
  predictor TEXT NOT NULL, units INTEGER NOT NULL, log TEXT NOT NULL,
  UNIQUE (data, model, setting, source, predictor, units));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A real log with the cards it belongs to.

    Attributes:
        data: what was trained on.
        model: what was trained.
        log: how it went.
    """

    data: DataCard
    model: ModelCard
    log: RealLog


class Shelf:
    """Training logs in a folder; the latest of what is told twice counts.

    A log is of the metric of the data card that it is added with.

    Attributes:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        """Take the logs in `folder`; it is made with the first one."""
        self.folder = folder.expanduser().absolute()

    @classmethod
    def default(cls) -> Shelf:
        """Return the shelf beside the run store, which all notebooks of a user share."""
        from couler_jupyter.runs import RunStore

        return cls(RunStore.default_root() / "tuning")

    def add(self, log: TrainingLog, data: DataCard, model: ModelCard) -> None:
        """Keep a log.

        Raises:
            StoreFailed: it cannot be written.
        """
        self.add_all((log,), data, model)

    def add_all(
        self, logs: Iterable[TrainingLog], data: DataCard, model: ModelCard
    ) -> None:
        """Keep several logs: all of them, or none.

        Raises:
            StoreFailed: they cannot be written.
        """
        with self._writing() as connection:
            for key, card in (
                ("data " + data.key, data),
                ("model " + model.key, model),
            ):
                connection.execute(
                    "INSERT INTO cards VALUES (?, ?) "
                    "ON CONFLICT (key) DO UPDATE SET card = excluded.card",
                    (key, _text(document_of(card))),
                )
            for log in logs:
                _insert(connection, log, data.key, model.key)

    def real(
        self, data: DataCard, model: ModelCard, setting: Setting | None = None
    ) -> tuple[RealLog, ...]:
        """Return what was measured, oldest first; of one setting, or of all."""
        return self._found(RealLog, "real_logs", data, model, setting)

    def predicted(
        self, data: DataCard, model: ModelCard, setting: Setting | None = None
    ) -> tuple[PredictedLog, ...]:
        """Return what was predicted, oldest first; of one setting, or of all."""
        return self._found(PredictedLog, "predicted_logs", data, model, setting)

    def everything(self) -> tuple[Kept, ...]:
        """Return all real logs with their cards, oldest first: what past runs teach."""
        with self._reading() as connection:
            if connection is None:
                return ()
            cards = dict(connection.execute("SELECT key, card FROM cards"))
            rows = connection.execute(
                "SELECT data, model, log FROM real_logs ORDER BY number DESC LIMIT ?",
                (_MOST_KEPT,),
            ).fetchall()
        datas = {
            key: _read(DataCard, text)
            for key, text in cards.items()
            if key.startswith("data ")
        }
        models = {
            key: _read(ModelCard, text)
            for key, text in cards.items()
            if key.startswith("model ")
        }
        return tuple(
            Kept(
                data=datas["data " + data],
                model=models["model " + model],
                log=_read(RealLog, log),
            )
            for data, model, log in reversed(rows)
        )

    def _found(
        self,
        kind: type[L],
        table: str,
        data: DataCard,
        model: ModelCard,
        setting: Setting | None,
    ) -> tuple[L, ...]:
        query = f"SELECT log FROM {table} WHERE data = ? AND model = ?"  # noqa: S608 (ours)
        given = [data.key, model.key]
        if setting is not None:
            query += " AND setting = ?"
            given.append(setting.key)
        with self._reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(f"{query} ORDER BY number", given).fetchall()
        return tuple(_read(kind, text) for (text,) in rows)

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection | None]:
        path = self.folder / _FILE
        if not path.exists():
            yield None
            return
        with self._failing(), closing(self._opened(path)) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        with self._failing():
            self.folder.mkdir(parents=True, exist_ok=True)
            with closing(self._opened(self.folder / _FILE)) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection

    def _opened(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=_PATIENCE)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise StoreFailed(f"{self.folder} was written by a newer couler-jupyter")
        if version < _VERSION:
            connection.executescript(
                f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_VERSION}; COMMIT"
            )

    @contextmanager
    def _failing(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreFailed(f"training logs in {self.folder}: {error}") from error


def _insert(
    connection: sqlite3.Connection, log: TrainingLog, data: str, model: str
) -> None:
    match log:
        case RealLog():
            table, who, units = "real_logs", "run", log.observed_units
            by = log.run
        case PredictedLog():
            table, who, units = "predicted_logs", "predictor", log.observed_units
            by = f"{log.predictor.name} {log.predictor.model}".strip()
        case _ as never:
            assert_never(never)
    connection.execute(
        f"INSERT OR REPLACE INTO {table} "  # noqa: S608 (the names are ours)
        f"(data, model, setting, source, {who}, units, log) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            data,
            model,
            log.setting.key,
            log.source.value,
            by,
            units,
            _text(document_of(log, tagged=True)),
        ),
    )


T = TypeVar("T", DataCard, ModelCard, PredictedLog, RealLog)


def _read(kind: type[T], text: str) -> T:
    is_log = kind in (PredictedLog, RealLog)
    try:
        return read_document(kind, json.loads(text), of="it", tagged=is_log)
    except (TuningFault, ValueError) as error:
        raise StoreFailed(f"a kept {kind.__name__} cannot be read: {error}") from error


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False)
