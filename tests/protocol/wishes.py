"""Wishes and what came of them, that between them have everything a view can show."""

from __future__ import annotations

from couler_jupyter.ir import (
    Claim,
    Constant,
    Container,
    Ended,
    EnvVar,
    Mount,
    Outcome,
    SecretRef,
    Step,
    Volume,
    Workflow,
)
from couler_jupyter.llm import Spent
from couler_jupyter.nl.modules import Kind, Module
from couler_jupyter.nl.proposal import Attempt, Proposal, Question, Wish
from couler_jupyter.nl.report import Check, Fault, Report, Risk

CODE = """import couler_jupyter as couler

rows = couler.run_container("alpine:3.20", ["sh", "-c", "cat /data/rows"], step_name="load")
"""
SPENT = Spent(calls=3, prompt_tokens=900, answer_tokens=340, dollars=0.0125)
MODULES = (
    Module(name="load", kind=Kind.LOADING, does="Read the rows"),
    Module(name="send", kind=Kind.NOTIFICATION, does="Send them", needs=("load",)),
)


def built() -> Workflow:
    load = Container(
        image="alpine:3.20",
        command=("sh", "-c", "cat /data/rows"),
        mounts=(Mount(volume="rows", path="/data", read_only=True),),
    )
    send = Container(
        image="curlimages/curl:8.10.1",
        command=("curl", "https://example.org/rows"),
        env=(EnvVar("TOKEN", SecretRef("hub", "token")),),
    )
    return Workflow(
        name="send-rows",
        steps=(
            Step(name="load", template=load),
            Step(
                name="send", template=send, after=(Ended("load", (Outcome.SUCCEEDED,)),)
            ),
        ),
        volumes=(Volume(name="rows", source=Claim(name="rows")),),
    )


def smaller() -> Workflow:
    load = Step(name="load", template=Container(image="alpine:3.20", command=("true",)))
    return Workflow(name="send-rows", steps=(load,))


def attempts() -> tuple[Attempt, Attempt]:
    wrong = Fault(check=Check.NAMES, what="no function 'couler.sent'", line=3)
    risk = Risk(rule="policy-network", what="reaches example.org", step="send", line=4)
    return (
        Attempt(
            code="...",
            report=Report(done=(Check.PARSE, Check.GATE, Check.NAMES), faults=(wrong,)),
        ),
        Attempt(code=CODE, report=Report(done=tuple(Check), risks=(risk,)), score=0.9),
    )


def proposed(workflow: Workflow | None = None, code: str = CODE) -> Proposal:
    return Proposal(
        wish=Wish(
            text="Read the rows\nand send them",
            context="data frame sales(day: object, amount: float64)",
        ),
        name="send-rows",
        code=code,
        workflow=workflow or built(),
        modules=MODULES,
        entries=("load-text", "send-http"),
        attempts=attempts(),
        spent=SPENT,
        note="the score was not asked again: the limit is near",
    )


def drafted() -> Proposal:
    return Proposal(
        wish=Wish(text="Read the rows"),
        name="read-rows",
        code="import couler_jupyter as couler\n\ncouler.run_container('alpine:3.20')",
        workflow=smaller(),
        modules=MODULES[:1],
        attempts=attempts()[1:],
        source="draft",
    )


def asked() -> Question:
    return Question(
        wish=Wish(text="Send it"),
        text="what should be sent, and where to?",
        spent=Spent(calls=1, prompt_tokens=300, answer_tokens=20, dollars=None),
    )


def hostile(text: str) -> Proposal:
    """Return a proposal with a text from outside wherever one can be."""
    value = Constant.of(text.replace("\ud800", ""))  # a workflow holds Unicode only
    step = Step(
        name="x",
        template=Container(image="alpine:3.20", command=("echo", value)),
    )
    report = Report(
        done=tuple(Check),
        risks=(Risk(rule="policy-markup", what=text, step=text),),
    )
    failed = Report(faults=(Fault(check=Check.PARSE, what=text),))
    return Proposal(
        wish=Wish(text=text, context=text),
        name="x",
        code=f"# {text}",
        workflow=Workflow(
            name="x", steps=(step,), description=text.replace("\ud800", "")
        ),
        modules=(Module(name=text, kind=Kind.CUSTOM, does=text, needs=(text,)),),
        entries=(text,),
        attempts=(Attempt(code="", report=failed), Attempt(code="", report=report)),
        note=text,
    )
