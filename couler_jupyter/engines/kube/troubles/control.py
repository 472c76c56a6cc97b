"""Troubles with the API server: rights, admission, webhooks, load."""

from __future__ import annotations

from couler_jupyter.engines.kube.troubles.row import Policy, Trouble, reads

CONTROL = (
    Trouble(
        name="webhook-timeout",
        pattern=reads(
            r"failed calling webhook.*(deadline exceeded|timeout|timed out|refused|EOF|"
            "no endpoints)",
            "failed to call webhook.*(deadline exceeded|timeout|refused|no endpoints)",
        ),
        policy=Policy.RETRY,
        advice="a webhook of the cluster does not answer; try again, then tell its owner",
        examples=(
            (
                'Internal error occurred: failed calling webhook "check.acme.io": Post '
                '"https://check:443/": context deadline exceeded'
            ),
        ),
    ),
    Trouble(
        name="admission-denied",
        pattern=reads(
            r"admission webhook \S+ denied",
            "violates PodSecurity",
            r"ValidatingAdmissionPolicy \S+ .*denied",
        ),
        policy=Policy.GIVE_UP,
        advice="a rule of the cluster forbids this; change what it names",
        examples=(
            'admission webhook "validate.kyverno.svc" denied the request: no latest tags',
            'pods "a" is forbidden: violates PodSecurity "restricted:latest"',
        ),
    ),
    Trouble(
        name="executor-rights",
        pattern=reads(
            r"workflowtaskresults\S* .*forbidden",
            r"cannot \w+ resource "
            '"workflowtaskresults"',
        ),
        policy=Policy.GIVE_UP,
        advice="the service account of the pods may not report results: give it the role "
        "to create and patch workflowtaskresults",
        examples=(
            (
                'workflowtaskresults.argoproj.io is forbidden: User "system:serviceaccount:'
                'argo:default" cannot create resource "workflowtaskresults"'
            ),
        ),
    ),
    Trouble(
        name="no-service-account",
        pattern=reads(r"serviceaccounts? \S+ not found"),
        policy=Policy.GIVE_UP,
        advice="make the service account, or name another",
        examples=(
            'error looking up service account argo/x: serviceaccount "x" not found',
        ),
    ),
    Trouble(
        name="rights",
        pattern=reads(r"cannot \w+ resource", r"is forbidden: User", r"rbac"),
        policy=Policy.GIVE_UP,
        advice="ask for the right to do this in this namespace",
        examples=(
            (
                'workflows.argoproj.io is forbidden: User "ann" cannot create resource '
                '"workflows" in API group "argoproj.io" in the namespace "argo"'
            ),
        ),
    ),
    Trouble(
        name="no-such-kind",
        pattern=reads(
            "the server could not find the requested resource",
            "no matches for kind",
            "404 page not found",
        ),
        policy=Policy.GIVE_UP,
        advice="the engine is not installed in this cluster, or in another version",
        examples=("the server could not find the requested resource",),
    ),
    Trouble(
        name="invalid",
        pattern=reads(r"\S+ is invalid: ", "strict decoding error", "unknown field"),
        policy=Policy.GIVE_UP,
        advice="the cluster does not accept the document; its version may be another",
        examples=(
            (
                'Workflow.argoproj.io "a" is invalid: spec.templates: Too many: 201: must '
                "have at most 200 items"
            ),
        ),
    ),
    Trouble(
        name="too-many-requests",
        pattern=reads(
            "too many requests",
            "try again later",
            "client rate limiter",
            r"\bTooManyRequests\b",
        ),
        policy=Policy.RETRY,
        advice="the server has too much to do; try again later",
        examples=(
            (
                "the server has received too many requests and has asked us to try again "
                "later"
            ),
        ),
    ),
    Trouble(
        name="conflict",
        pattern=reads("the object has been modified", "Operation cannot be fulfilled"),
        policy=Policy.RETRY,
        advice="it was changed meanwhile; try again",
        examples=(
            'Operation cannot be fulfilled on workflows "a": the object has been modified',
        ),
    ),
    Trouble(
        name="network",
        pattern=reads(
            "connection refused",
            "connection reset",
            "no such host",
            "i/o timeout",
            "TLS handshake timeout",
            "unexpected EOF",
            "context deadline exceeded",
            "http2: client connection lost",
            "service unavailable",
        ),
        policy=Policy.RETRY,
        advice="the network or a server was down for a while; run it again",
        examples=(
            'Get "https://10.0.0.1:443/api": dial tcp 10.0.0.1:443: i/o timeout',
        ),
    ),
)
