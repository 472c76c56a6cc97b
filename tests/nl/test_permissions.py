from __future__ import annotations

import couler_jupyter as couler
from couler_jupyter.nl.permissions import Permissions, permissions


def test_all_that_a_workflow_asks_for_is_listed() -> None:
    with couler.workflow("all", schedule="0 3 * * *") as wf:
        db = couler.create_secret("db", ["password"])
        couler.run_container(
            "postgres:16",
            "psql",
            ["-h", "db.internal"],
            env={"PGPASSWORD": db["password"]},
            mounts={"/data": couler.host_path("/data/x"), "/s": couler.claim("sets")},
            sidecars=[couler.sidecar("proxy", "nginx:1.27", ["nginx"])],
            step_name="query",
        )
        couler.run_script(
            image="python:3.12",
            command="bash",
            source="pip install pandas 'polars>=1' && curl https://data.example/x.csv",
            step_name="fetch",
        )
        couler.run_job(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "spec": {"containers": [{"image": "a:1"}]},
            },
            step_name="pod",
        )
    assert permissions(wf.workflow) == Permissions(
        images=("postgres:16", "nginx:1.27", "python:3.12", "a:1"),
        commands=(
            "psql -h db.internal",
            "nginx",
            "bash: pip install pandas 'polars>=1' && curl https://data.example/x.csv",
        ),
        secrets=("db/password",),
        volumes=("data-x: /data/x of the machine", "sets: Claim sets"),
        hosts=("data.example",),
        packages=("pandas", "polars>=1"),
        objects=("create Pod",),
        schedule=("0 3 * * *",),
    )


def test_what_functions_need_is_listed_by_step() -> None:
    from couler_jupyter.nl.trying import try_program

    tried = try_program(
        """
@couler.step(requirements=["pandas>=2"], image="python:3.12")
def load() -> int:
    import pandas as pd
    return len(pd.read_csv("https://data.example/trips.csv"))

@couler.step
def count(table: couler.Artifact) -> int:
    return len(table.read_text())

@couler.workflow
def inner():
    return load()

inner()
count("s3://lake/table.csv")
""",
        "functions",
        seconds=120,
    )
    assert tried.workflow is not None
    asked = permissions(tried.workflow)
    assert asked.functions == ("inner/load", "count")
    assert asked.packages == ("pandas>=2",)
    assert asked.images == ("python:3.12",)
    assert set(asked.hosts) == {"data.example", "lake"}


def test_a_workflow_that_asks_for_nothing_says_so() -> None:
    with couler.workflow("pause") as wf:
        couler.suspend("10m", step_name="wait")
    assert permissions(wf.workflow) == Permissions()
