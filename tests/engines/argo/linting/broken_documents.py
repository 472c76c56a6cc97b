"""Manifests that break the rules about documents, fields, names and whole workflows."""

from __future__ import annotations

from tests.engines.argo.linting.broken import (
    HEAD,
    MAIN,
    Broken,
    as_cron,
    in_container,
    in_spec,
)

LONG = "a" * 64

DOCUMENTS = [
    Broken(
        "ARGO001",
        "apiVersion: v1 #!\nkind: Service\n",
        (
            "v1 #!\nkind: Service\n",
            "argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec:\n  entrypoint: main\n"
            + MAIN,
        ),
    ),
    Broken("ARGO003", "[1] #!\n", ("[1] #!\n", HEAD + MAIN)),
    Broken(
        "ARGO004", (HEAD + MAIN).replace("v1alpha1", "v1 #!"), ("v1 #!", "v1alpha1")
    ),
    Broken(
        "ARGO005",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflw #!\nmetadata: {name: a}\nspec:\n  entrypoint: main\n"
        + MAIN,
        ("Workflw #!", "Workflow"),
    ),
    Broken(
        "ARGO006",
        (HEAD + MAIN).replace("{generateName: a-}", "{labels: {a: b}} #!"),
        ("{labels: {a: b}} #!", "{name: a}"),
    ),
    Broken(
        "ARGO007",
        (HEAD + MAIN).replace("generateName: a-}", f"name: {LONG}}} #!"),
        (LONG, LONG[:63]),
    ),
    Broken(
        "ARGO007",
        as_cron("schedules: ['@daily']\n").replace(
            "name: a}", f"name: {LONG[:53]}}} #!"
        ),
        (LONG[:53], LONG[:52]),
    ),
    Broken(
        "ARGO007",
        (HEAD + MAIN).replace("generateName: a-}", "generateName: A-} #!"),
        ("A-", "a-"),
    ),
    Broken(
        "ARGO008",
        (HEAD + MAIN).replace("a-}", "a-, labels: {x: a b}} #!"),
        ("a b", "a.b"),
    ),
    Broken(
        "ARGO008",
        in_spec("podMetadata:\n  annotations:\n    _a/b: c #!\n"),
        ("_a/b", "a.io/b"),
    ),
    Broken(
        "ARGO009",
        (HEAD + MAIN).replace("a-}", f"a-, annotations: {{x: {'y' * 270_000}}}}} #!"),
        ("y" * 270_000, "y" * 200_000),
    ),
    Broken(
        "ARGO010",
        "apiVersion: argoproj.io/v1alpha1 #!\nkind: Workflow\nmetadata: {name: a}\n",
        (
            "metadata: {name: a}\n",
            "metadata: {name: a}\nspec:\n  entrypoint: main\n" + MAIN,
        ),
    ),
    Broken(
        "ARGO011",
        HEAD + MAIN.replace("templates:", "a: b: c #!\n  templates:"),
        ("  a: b: c #!\n", ""),
    ),
    Broken(
        "ARGO012",
        in_spec("parallelism: 1\nparallelism: 2 #!\n"),
        ("  parallelism: 2 #!\n", ""),
    ),
    Broken("ARGO013", "# nothing #!\n", ("# nothing #!\n", HEAD + MAIN)),
    Broken(
        "ARGO701",
        HEAD.replace("  entrypoint: main\n", "").replace("spec:", "spec: #!") + MAIN,
        ("spec: #!", "spec:\n  entrypoint: main"),
    ),
    Broken(
        "ARGO702",
        in_spec(
            "workflowTemplateRef: {name: w}\ntemplates: [{name: main, suspend: {}}] #!\n"
        )
        + "---\napiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: w}\nspec: {templates: [{name: main, suspend: {}}]}\n",
        ("  templates: [{name: main, suspend: {}}] #!\n", ""),
    ),
    Broken(
        "ARGO703",
        (
            HEAD
            + "  templates: [{name: main, inputs: {parameters: [{name: x}]}, suspend: {}}]\n"
        ).replace("entrypoint: main", "entrypoint: main #!"),
        ("{name: x}", "{name: x, value: 1}"),
    ),
    Broken(
        "ARGO704",
        in_spec("arguments: {parameters: [{name: x}]} #!\n"),
        ("{name: x}", "{name: x, value: '1'}"),
    ),
    Broken(
        "ARGO705",
        as_cron("schedules: ['@daily']\n").replace(
            "    entrypoint",
            "    arguments: {parameters: [{name: x}]} #!\n    entrypoint",
        ),
        ("{name: x}", "{name: x, value: '1'}"),
    ),
    Broken(
        "ARGO706",
        in_spec("volumes:\n- {name: v, emptyDir: {}}\n- {name: v, emptyDir: {}} #!\n"),
        ("v, emptyDir: {}} #!", "w, emptyDir: {}}"),
    ),
    Broken(
        "ARGO707",
        in_spec("workflowTemplateRef: {clusterScope: true} #!\ntemplates:\n").replace(
            "  templates:\n", ""
        ),
        (
            "{clusterScope: true} #!",
            "{name: w, clusterScope: true}\n---\napiVersion: argoproj.io/v1alpha1\nkind: ClusterWorkflowTemplate\nmetadata: {name: w}\nspec: {templates: [{name: main, suspend: {}}]}",
        ),
    ),
    Broken(
        "ARGO711",
        as_cron("timezone: UTC\n").replace("spec:\n  timezone", "spec: #!\n  timezone"),
        ("spec: #!", "spec:\n  schedules: ['@hourly']"),
    ),
    Broken(
        "ARGO712",
        as_cron("schedules:\n- 0 5 * *\n").replace("* *\n", "* * #!\n"),
        ("* * #!", "* * mon-fri"),
    ),
    Broken(
        "ARGO712", as_cron("schedules:\n- '@every 5' #!\n"), ("every 5'", "every 5m'")
    ),
    Broken("ARGO712", as_cron("schedules:\n- '*/0 * * * *' #!\n"), ("*/0", "*/2")),
    Broken(
        "ARGO713",
        as_cron("schedules: ['@daily']\ntimezone: Europe/Berln #!\n"),
        ("Berln", "Berlin"),
    ),
]

FIELDS = [
    Broken("ARGO101", in_container("metadta: {} #!\n"), ("metadta", "metadata")),
    Broken(
        "ARGO101",
        in_container("retryStrategy:\n  backoff:\n    durations: 3s #!\n"),
        ("durations", "duration"),
    ),
    Broken(
        "ARGO102",
        as_cron("schedules: ['@daily']\nschedule: 0 0 * * * #!\n"),
        ("  schedule: 0 0 * * * #!\n", ""),
    ),
    Broken(
        "ARGO102",
        in_container("synchronization:\n  mutex: {name: m} #!\n"),
        ("mutex: {name: m}", "mutexes: [{name: m}]"),
    ),
    Broken("ARGO103", in_spec("parallelism: '4' #!\n"), ("'4'", "4")),
    Broken("ARGO103", in_container("daemon: 'true' #!\n"), ("'true'", "true")),
    Broken("ARGO103", in_container("inputs: [] #!\n"), ("[]", "{}")),
    Broken("ARGO103", in_container("tolerations: {} #!\n"), ("{} #!", "[]")),
    Broken("ARGO103", in_container("nodeSelector: [a] #!\n"), ("[a]", "{a: b}")),
    Broken(
        "ARGO104",
        in_container("volumes:\n- emptyDir: {} #!\n"),
        ("- emptyDir", "- name: v\n      emptyDir"),
    ),
    Broken(
        "ARGO105",
        in_spec("podGC:\n  strategy: OnPodSucces #!\n"),
        ("Succes ", "Success "),
    ),
    Broken(
        "ARGO105",
        in_container("retryStrategy: {retryPolicy: OnFail} #!\n"),
        ("OnFail}", "OnFailure}"),
    ),
    Broken(
        "ARGO106",
        in_spec("podResources:\n  limits: {memory: 1GB} #!\n"),
        ("1GB", "1Gi"),
    ),
    Broken(
        "ARGO107", in_container("nodeSelector: {gpu: true} #!\n"), ("true", "'true'")
    ),
    Broken(
        "ARGO201",
        in_container("inputs:\n  parameters:\n  - value: '1' #!\n"),
        ("- value", "- name: x\n        value"),
    ),
    Broken(
        "ARGO202",
        in_container("inputs:\n  parameters:\n  - {name: a.b, value: '1'} #!\n"),
        ("a.b", "a_b"),
    ),
    Broken(
        "ARGO202",
        in_spec(
            "templates:\n- name: main\n  suspend: {}\n- name: a_b #!\n  suspend: {}\n"
        ),
        ("a_b", "a-b"),
    ),
    Broken(
        "ARGO202",
        in_spec(
            f"templates:\n- name: main\n  suspend: {{}}\n- name: {'a' * 129} #!\n  suspend: {{}}\n"
        ),
        ("a" * 129, "a" * 128),
    ),
    Broken(
        "ARGO203",
        in_spec(
            "templates:\n- {name: main, suspend: {}}\n- {name: main, suspend: {}} #!\n"
        ),
        ("main, suspend: {}} #!", "other, suspend: {}}"),
    ),
    Broken("ARGO601", in_container("timeout: '90' #!\n"), ("'90'", "90s")),
    Broken(
        "ARGO601",
        in_container("retryStrategy: {backoff: {duration: 1 hour}} #!\n"),
        ("1 hour", "1h"),
    ),
    Broken(
        "ARGO602", in_container("retryStrategy: {limit: three} #!\n"), ("three", "'3'")
    ),
    Broken(
        "ARGO602", in_spec("ttlStrategy: {secondsAfterSuccess: -1} #!\n"), ("-1", "0")
    ),
    Broken(
        "ARGO611",
        in_spec("synchronization:\n  mutexes:\n  - namespace: a #!\n"),
        ("- namespace: a", "- name: a"),
    ),
    Broken(
        "ARGO611",
        in_spec("synchronization:\n  semaphores:\n  - namespace: a #!\n"),
        ("- namespace: a", "- database: {key: a}"),
    ),
    Broken(
        "ARGO612",
        in_container(
            "memoize:\n  maxAge: 1h\n  cache: {configMap: {name: c}}\n  key: '' #!\n"
        ),
        ("''", "k"),
    ),
    Broken(
        "ARGO612",
        in_container("memoize:\n  maxAge: 1h\n  key: k\n  cache: {configMap: {}} #!\n"),
        ("{}", "{name: c}"),
    ),
    Broken(
        "ARGO613",
        in_container("memoize: #!\n  key: k\n  cache: {configMap: {name: c}}\n"),
        ("key: k", "key: k\n      maxAge: 24h"),
    ),
    Broken(
        "ARGO614",
        in_container(
            "metrics:\n  prometheus:\n  - name: a-b #!\n    help: h\n    counter: {value: '1'}\n"
        ),
        ("a-b", "a_b"),
    ),
    Broken(
        "ARGO614",
        in_container(
            "metrics:\n  prometheus:\n  - name: a #!\n    counter: {value: '1'}\n"
        ),
        ("name: a", "name: a\n        help: h"),
    ),
    Broken(
        "ARGO614",
        in_container("metrics:\n  prometheus:\n  - name: a #!\n    help: h\n"),
        ("help: h", "help: h\n        gauge: {realtime: false, value: '1'}"),
    ),
    Broken(
        "ARGO615",
        in_spec(
            "metrics:\n  prometheus: #!\n"
            + "".join(
                f"  - {{name: m{n}, help: h, counter: {{value: '1'}}}}\n"
                for n in range(101)
            )
        ),
        ("    - {name: m7, help: h, counter: {value: '1'}}\n", ""),
    ),
    Broken(
        "ARGO616",
        in_spec(
            "arguments:\n  parameters: #!\n"
            + "".join(f"  - {{name: p{n}, value: '1'}}\n" for n in range(501))
        ),
        ("    - {name: p7, value: '1'}\n", ""),
    ),
]
