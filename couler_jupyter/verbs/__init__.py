"""What can be done, by name; `%couler VERB` and `couler VERB` are the same table."""

from couler_jupyter.registry import Registry
from couler_jupyter.verbs.base import Console, Parser, Verb, build_parser

_HERE = "couler_jupyter.verbs"

VERBS: Registry[type[Verb]] = Registry(
    "couler_jupyter.verbs",
    {
        "cache": f"{_HERE}.cache:Cache",
        "cancel": f"{_HERE}.cancel:Cancel",
        "card": f"{_HERE}.card:Card",
        "delete": f"{_HERE}.delete:Delete",
        "engines": f"{_HERE}.engines:Engines",
        "export": f"{_HERE}.export:Export",
        "import": f"{_HERE}.importing:Import",
        "fetch": f"{_HERE}.fetch:Fetch",
        "lint": f"{_HERE}.lint:Lint",
        "logs": f"{_HERE}.logs:Logs",
        "nl-bench": f"{_HERE}.nl_bench:NlBench",
        "outputs": f"{_HERE}.outputs:Outputs",
        "passes": f"{_HERE}.passes:Passes",
        "plan": f"{_HERE}.plan:Plan",
        "publish": f"{_HERE}.publish:Publish",
        "remote": f"{_HERE}.remote:ListRemote",
        "resubmit": f"{_HERE}.resubmit:Resubmit",
        "resume": f"{_HERE}.resume:Resume",
        "retry": f"{_HERE}.retry:Retry",
        "run": f"{_HERE}.run:Run",
        "runs": f"{_HERE}.runs:Runs",
        "show": f"{_HERE}.show:Show",
        "status": f"{_HERE}.status:Status",
        "stop": f"{_HERE}.stop:Stop",
        "submit": f"{_HERE}.submit:Submit",
        "suspend": f"{_HERE}.suspend:Suspend",
        "targets": f"{_HERE}.targets:Targets",
        "terminate": f"{_HERE}.terminate:Terminate",
        "tune": f"{_HERE}.tune:Tune",
        "validate": f"{_HERE}.validate:Validate",
        "why": f"{_HERE}.why:Why",
    },
)

__all__ = ["VERBS", "Console", "Parser", "Verb", "build_parser"]
