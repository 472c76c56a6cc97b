"""What can be done, by name; `%couler VERB` and `couler VERB` are the same table."""

from couler_jupyter.registry import Registry
from couler_jupyter.verbs.base import Console, Parser, Verb, build_parser

_HERE = "couler_jupyter.verbs"

VERBS: Registry[type[Verb]] = Registry(
    "couler_jupyter.verbs",
    {
        "cancel": f"{_HERE}.cancel:Cancel",
        "engines": f"{_HERE}.engines:Engines",
        "export": f"{_HERE}.export:Export",
        "lint": f"{_HERE}.lint:Lint",
        "logs": f"{_HERE}.logs:Logs",
        "outputs": f"{_HERE}.outputs:Outputs",
        "plan": f"{_HERE}.plan:Plan",
        "resume": f"{_HERE}.resume:Resume",
        "retry": f"{_HERE}.retry:Retry",
        "run": f"{_HERE}.run:Run",
        "runs": f"{_HERE}.runs:Runs",
        "show": f"{_HERE}.show:Show",
        "status": f"{_HERE}.status:Status",
        "validate": f"{_HERE}.validate:Validate",
    },
)

__all__ = ["VERBS", "Console", "Parser", "Verb", "build_parser"]
