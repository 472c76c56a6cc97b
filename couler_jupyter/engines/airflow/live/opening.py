"""The way to the server that a run's options name, with credentials from outside of them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from couler_jupyter.engines.airflow.live.options import LiveOptions, server_of
from couler_jupyter.engines.airflow.live.server import AirflowServer, AirflowWeb
from couler_jupyter.engines.web.patience import Patience
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.engines.web.url_wire import WebWire
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import Json
from couler_jupyter.targets import read_secret

_LOGIN = "/auth/token"
_VARIABLE = "AIRFLOW_TOKEN"
_SOME = Patience(tries=4)
"""Up to four tries in about four seconds: somebody waits, or it is looked at again."""


def open_server(
    options: LiveOptions,
    *,
    variables: Mapping[str, str] = os.environ,
    patience: Patience = _SOME,
) -> AirflowServer:
    """Return the server that the options name; nothing is asked of it yet.

    Raises:
        UsageFailed: its URL is none, or a user has no password.
    """
    if bool(options.user) != bool(options.password_from):
        raise UsageFailed("write user and password_from, or neither of them")
    url = server_of(options, variables)
    plain = AirflowWeb(
        WebWire(url, str, verify=not options.insecure), patience=patience
    )
    login = Login(plain, options, variables)
    wire = LoggedIn(url, login, verify=not options.insecure)
    return AirflowServer(AirflowWeb(wire, patience=patience))


class Login:
    """Gives a token: one that is named, or one that the server hands out."""

    def __init__(
        self, plain: AirflowWeb, options: LiveOptions, variables: Mapping[str, str]
    ) -> None:
        """Log in when it is first asked for.

        Args:
            plain: asks the server without a token.
            options: say where the token is, or who logs in.
            variables: of the environment.
        """
        self._plain = plain
        self._options = options
        self._variables = variables
        self._given = ""

    def __call__(self) -> str:
        """Return what stands behind `Authorization:`.

        Raises:
            SubmitFailed: the server lets nobody in without a token, or not this user.
            UsageFailed: there is no secret where one is said to be.
        """
        named = self._options.token_from
        token = (
            read_secret(named, self._variables)
            if named
            else self._variables.get(_VARIABLE, "").strip() or self._handed_out()
        )
        return f"Bearer {token}"

    def forget(self) -> None:
        """Ask for a new one the next time."""
        self._given = ""

    def _handed_out(self) -> str:
        if not self._given:
            found = self._asked()
            token = found.get("access_token") if isinstance(found, dict) else None
            if not isinstance(token, str) or not token:
                raise SubmitFailed(
                    f"{self._plain.where}: {_LOGIN} gives no token; set token_from"
                )
            self._given = token
        return self._given

    def _asked(self) -> Json:
        user, where = self._options.user, self._plain.where
        try:
            if not user:
                return self._plain.ask("GET", _LOGIN)
            password = read_secret(self._options.password_from, self._variables)
            body = {"username": user, "password": password}
            return self._plain.ask("POST", _LOGIN, body=body)
        except Refused as error:
            if error.may_pass():
                raise
            if user:
                why = f"user {user!r} cannot log in: {error.said} ({error.status})"
            else:
                why = (
                    f"it hands no token to just anybody ({error.status}); set {_VARIABLE}, "
                    "token_from, or user and password_from"
                )
            raise SubmitFailed(f"{where}: {why}") from None


class LoggedIn(WebWire):
    """A wire whose token is fetched anew once it is no good any more."""

    def __init__(self, url: str, login: Login, *, verify: bool) -> None:
        """Log in by `login` when something is first asked."""
        super().__init__(url, login, verify=verify)
        self._login = login

    def renew(self) -> bool:
        """Have a new token fetched."""
        self._login.forget()
        return True
