"""Scripts in the style of the open SDK, and what each comes to.

`after` has what each step waits for, `run` how the steps end on this machine; a script
without it needs a cluster. `FOLDER` in a script stands for a folder of the test's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """One old script."""

    text: str
    after: Mapping[str, set[str]]
    run: Mapping[str, str] = field(default_factory=dict[str, str])
    printed: Mapping[str, str] = field(default_factory=dict[str, str])


_HEAD = """
import couler.argo as couler
from couler.argo_submitter import ArgoSubmitter


def echo(word):
    return {"image": "alpine:3.6", "command": ["sh", "-c", "echo " + word]}


def say(word, **more):
    return couler.run_container(**echo(word), **more)


def named(name, word="hi"):
    return couler.run_container(
        image="alpine:3.6", command=["echo"], args=[word], step_name=name
    )

"""


def old(text: str, **more: object) -> Old:
    return Old(text=_HEAD + text, **more)  # type: ignore[arg-type]


SCRIPTS: Mapping[str, Old] = MappingProxyType(
    {
        "hello": old(
            """
couler.run_container(image="alpine:3.6", command=["echo"], args=["hello world"])
couler.run(submitter=ArgoSubmitter(namespace="argo"))
""",
            after={"alpine": set()},
            run={"alpine": "succeeded"},
            printed={"alpine": "hello world\n"},
        ),
        "coin_flip": old(
            """
def toss():
    side = "heads" if len("coin") == 4 else "tails"
    print(side)

def flip():
    return couler.run_script(image="python:alpine3.6", source=toss)

def heads():
    return couler.run_container(**echo("it was heads"))

def tails():
    return couler.run_container(**echo("it was tails"))

if __name__ == "__main__":
    result = flip()
    couler.when(couler.equal(result, "heads"), lambda: heads())
    couler.when(couler.equal(result, "tails"), lambda: tails())
    couler.run(submitter=ArgoSubmitter())
""",
            after={"flip": set(), "heads": {"flip"}, "tails": {"flip"}},
            run={"flip": "succeeded", "heads": "succeeded", "tails": "skipped"},
            printed={"heads": "it was heads\n"},
        ),
        "sequence": old(
            """
def first(): return couler.run_container(**echo("one"))
def second(): return couler.run_container(**echo("two"))
first()
second()
first()
""",
            after={"first": set(), "second": {"first"}, "first-2": {"second"}},
            run={"first": "succeeded", "second": "succeeded", "first-2": "succeeded"},
        ),
        "diamond": old(
            """
couler.dag([
    [lambda: named("A")],
    [lambda: named("A"), lambda: named("B")],
    [lambda: named("A"), lambda: named("C")],
    [lambda: named("B"), lambda: named("D")],
    [lambda: named("C"), lambda: named("D")],
])
couler.run(submitter=ArgoSubmitter)
""",
            after={"A": set(), "B": {"A"}, "C": {"A"}, "D": {"B", "C"}},
            run=dict.fromkeys("ABCD", "succeeded"),
        ),
        "set_dependencies": old(
            """
couler.set_dependencies(lambda: named("A"), dependencies=None)
couler.set_dependencies(lambda: named("B"), dependencies=["A"])
couler.set_dependencies(lambda: named("C"), dependencies=["A"])
couler.set_dependencies(lambda: named("D"), dependencies=["B"])
""",
            after={"A": set(), "B": {"A"}, "C": {"A"}, "D": {"B"}},
            run=dict.fromkeys("ABCD", "succeeded"),
        ),
        "depends": old(
            """
def job(name, source):
    return couler.run_script(image="python:alpine3.6", source=source, step_name=name)

def fine():
    print("fine")

def broken():
    raise SystemExit(2)

couler.set_dependencies(lambda: job("one", broken), dependencies=None)
couler.set_dependencies(lambda: job("two", fine), dependencies="one.Failed")
couler.set_dependencies(lambda: job("three", fine), dependencies="one.Succeeded")
couler.set_dependencies(
    lambda: job("any", fine), dependencies="one.Succeeded || two.Succeeded")
""",
            after={
                "one": set(),
                "two": {"one"},
                "three": {"one"},
                "any": {"one", "two"},
            },
            run={
                "one": "failed",
                "two": "succeeded",
                "three": "omitted",
                "any": "succeeded",
            },
        ),
        "while": old(
            """
def toss():
    import pathlib
    counter = pathlib.Path("FOLDER/turns")
    turns = len(counter.read_text()) if counter.exists() else 0
    counter.write_text("x" * (turns + 1))
    print("heads" if turns == 2 else "tails")

def flip():
    return couler.run_script(image="python:3.6", source=toss)

result = couler.exec_while(couler.equal("tails"), lambda: flip())
say("over")
""",
            after={"flip": set(), "say": {"flip"}},
            run={"flip": "succeeded", "say": "succeeded"},
        ),
        "map": old(
            """
def consume(message):
    return couler.run_container(image="alpine:3.6", command=["echo"], args=[message])

couler.map(lambda x: consume(x), ["t1", "t2", "t3"])
couler.run(submitter=ArgoSubmitter())
""",
            after={"consume": set()},
            run={"consume": "succeeded"},
            printed={"consume[1]": "t2\n"},
        ),
        "map_of_lists": old(
            """
def consume(pair):
    return couler.run_container(image="alpine:3.6", command=["echo"], args=pair)

def zipped(a, b):
    return couler.run_container(image="alpine:3.6", command=["echo"], args=[b, a])

couler.map_(consume, [[1, 2], [3, 4]])
couler.map_(zipped, ["a", "b"], ["c", "d"])
""",
            after={"consume": set(), "zipped": {"consume"}},
            run={"consume": "succeeded", "zipped": "succeeded"},
            printed={"consume[1]": "3 4\n", "zipped[0]": "c a\n"},
        ),
        "parameter": old(
            """
def producer():
    place = couler.create_parameter_artifact(path="FOLDER/message.txt")
    return couler.run_container(
        image="alpine:3.6", command=["sh", "-c"],
        args=["echo -n hello > FOLDER/message.txt"], output=place)

def consumer(results):
    return couler.run_container(
        image="alpine:3.6", command=["echo", "got"], args=[results[0]])

messages = producer()
consumer(messages)
""",
            after={"producer": set(), "consumer": {"producer"}},
            run={"producer": "succeeded", "consumer": "succeeded"},
            printed={"consumer": "got hello\n"},
        ),
        "passed_parameter": old(
            """
def producer():
    place = couler.create_parameter_artifact(path="FOLDER/message.txt")
    return couler.run_container(
        image="alpine:3.6", command=["sh", "-c"], output=place, step_name="producer",
        args=["echo -n hello > FOLDER/message.txt"])

couler.set_dependencies(lambda: producer(), dependencies=None)
couler.set_dependencies(
    lambda: named("consumer", "got"), dependencies=["producer"])
""",
            after={"producer": set(), "consumer": {"producer"}},
            run={"producer": "succeeded", "consumer": "succeeded"},
            printed={"consumer": "got hello\n"},
        ),
        "local_artifact": old(
            """
def producer():
    place = couler.create_local_artifact(path="FOLDER/data.txt")
    return couler.run_container(
        image="alpine:3.6", command=["sh", "-c", "echo data > FOLDER/data.txt"],
        output=place, step_name="producer")

def consumer():
    return couler.run_container(
        image="alpine:3.6", command=["cat", "FOLDER/data.txt"], step_name="consumer")

couler.set_dependencies(lambda: producer(), dependencies=None)
couler.set_dependencies(lambda: consumer(), dependencies=["producer"])
""",
            after={"producer": set(), "consumer": {"producer"}},
            run={"producer": "succeeded", "consumer": "succeeded"},
            printed={"consumer": "data\n"},
        ),
        "oss_artifact": old(
            """
place = couler.create_oss_artifact(
    path="/data/t1.txt", bucket="models", accesskey_id="id-12", accesskey_secret="s3cr3t",
    key="osspath/t1", endpoint="http://oss.example.com", is_global=True)
made = couler.run_container(
    image="alpine:3.6", command=["touch", "/data/t1.txt"], output=place,
    step_name="producer")
couler.run_container(
    image="alpine:3.6", args=["--test", made[0]], step_name="consumer")
couler.run_container(
    image="alpine:3.6", command="ls", input=place, step_name="reader")
""",
            after={"producer": set(), "consumer": {"producer"}, "reader": {"consumer"}},
        ),
        "secrets": old(
            """
secret = couler.create_secret({"uname": "abc", "passwd": "def-ghi"})
couler.run_container(image="python:3.6", command=["sh", "-c", "echo $uname"],
                     secret=secret, step_name="one")
other = couler.obtain_secret(["keytab"], namespace="argo", name="encoded")
couler.run_script(image="python:3.6", source="print(1)", secret=other, step_name="two",
                  env={"MODE": True, "secrets": [
    {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "hub", "key": "token"}}}]})
couler.run(submitter=ArgoSubmitter())
""",
            after={"one": set(), "two": {"one"}},
        ),
        "volumes": old(
            """
from couler.core.templates.volume import Volume, VolumeMount
from couler.core.templates.volume_claim import VolumeClaimTemplate
from couler.core.syntax.volume import create_workflow_volume

create_workflow_volume(VolumeClaimTemplate(claim_name="work", size="2Gi"))
couler.add_volume(Volume("apppath", "mnas-pvc"))
mount = VolumeMount("work", "/mnt/vol")
say("one > /mnt/vol/hello.txt", volume_mounts=[mount])
say("two", volume_mounts=[mount, VolumeMount("apppath", "/data"),
                          VolumeMount("scratch", "/scratch")])
""",
            after={"say": set(), "say-2": {"say"}},
        ),
        "exit_handlers": old(
            """
def report_success(): return couler.run_container(**echo("well done"))
def report_failure(): return couler.run_container(**echo("oh no"))
def random_code():
    print("heads")

couler.run_script(image="python:alpine3.6", source=random_code)
couler.set_exit_handler(couler.WFStatus.Succeeded, report_success)
couler.set_exit_handler(couler.WFStatus.Failed, report_failure)
couler.run(submitter=ArgoSubmitter())
""",
            after={"random_code": set()},
            run={
                "random_code": "succeeded",
                "report_success": "succeeded",
                "report_failure": "skipped",
            },
        ),
        "concurrent": old(
            """
def left(): return couler.run_container(**echo("left"))
def right(): return couler.run_container(**echo("right"))
def start(): return couler.run_container(**echo("start"))
def end(): return couler.run_container(**echo("end"))
start()
rets = couler.concurrent([lambda: left(), lambda: right()])
end()
""",
            after={
                "start": set(),
                "left": {"start"},
                "right": {"start"},
                "end": {"left", "right"},
            },
            run=dict.fromkeys(("start", "left", "right", "end"), "succeeded"),
        ),
        "concurrent_subtasks": old(
            """
def first():
    named("a")
    return named("b")
def second():
    return named("c")
couler.concurrent([first, second], subtasks=True)
named("end")
""",
            after={"first": set(), "second": set(), "end": {"first", "second"}},
            run={
                "first": "succeeded",
                "first/a": "succeeded",
                "first/b": "succeeded",
                "second": "succeeded",
                "end": "succeeded",
            },
        ),
        "when_in_a_dag": old(
            """
def toss():
    print("heads")
def flip():
    return couler.run_script(image="python:3.6", source=toss, step_name="flip")
def branch():
    result = flip()
    couler.when(couler.equal(result, "heads"), lambda: named("heads"))
    couler.when(couler.equal(result, "tails"), lambda: named("tails"))
couler.set_dependencies(lambda: named("start"), dependencies=None)
couler.set_dependencies(lambda: flip(), dependencies=["start"])
result = couler.get_step_output("flip")
couler.when(couler.equal(result, "heads"), lambda: named("heads"))
couler.when(couler.not_equal(result, "heads"), lambda: named("tails"))
""",
            after={
                "start": set(),
                "flip": {"start"},
                "heads": {"flip"},
                "tails": {"flip"},
            },
            run={
                "start": "succeeded",
                "flip": "succeeded",
                "heads": "succeeded",
                "tails": "skipped",
            },
        ),
        "nested_when": old(
            """
def three():
    print(3)
number = couler.run_script(image="python:3.6", source=three)
def inside():
    couler.when(couler.smaller(number, 2), lambda: named("small"))
    named("after")
couler.when(couler.bigger_equal(number, 3), inside)
named("end")
""",
            after={
                "three": set(),
                "small": {"three"},
                "after": {"small", "three"},
                "end": {"after"},
            },
            run={
                "three": "succeeded",
                "small": "skipped",
                "after": "succeeded",
                "end": "succeeded",
            },
        ),
        "one_name_twice": old(
            """
named("job", "one")
named("job", "two")
for word in ("three", "four"):
    named("job", word)
""",
            after={
                "job": set(),
                "job-2": {"job"},
                "job-3": {"job-2"},
                "job-4": {"job-3"},
            },
            run=dict.fromkeys(("job", "job-2", "job-3", "job-4"), "succeeded"),
            printed={"job-2": "two\n", "job-4": "four\n"},
        ),
        "job": old(
            """
manifest = '''
apiVersion: batch/v1
kind: Job
metadata:
  generateName: pi-
spec:
  template:
    spec:
      containers:
      - name: pi
        image: perl
      restartPolicy: Never
'''
out = couler.run_job(manifest=manifest, env={"DIGITS": 20}, action="apply",
    success_condition="status.succeeded > 0", failure_condition="status.failed > 3",
    step_name="pi", timeout=60, retry=2)
couler.run_container(image="alpine", command=["echo"], args=out, step_name="use")
couler.run_container(image="alpine", command=["echo"], args=[out[0].job_name],
                     step_name="name")
""",
            after={"pi": set(), "use": {"pi"}, "name": {"pi", "use"}},
        ),
        "training": old(
            """
import couler.steps.katib as katib
import couler.steps.mpi as mpi
import couler.steps.pytorch as pytorch
import couler.steps.tensorflow as tf

secret = couler.create_secret({"access_key": "key1234"})
def fit():
    return tf.train(num_ps=2, num_workers=3, num_evaluators=1, image="tf:1.13",
        command="python tf.py", no_chief=False, worker_resources="cpu=0.5,memory=1024",
        worker_restart_policy="OnFailure", secret=secret, timeout=3600)
def torch():
    return pytorch.train(num_workers=3, image="torch:1", command="python pt.py")
def horovod():
    return mpi.train(num_workers=2, image="mpi:1", command="mpirun python h.py")
def search():
    return katib.run(raw_template="name: {{.Trial}}",
        tuning_params=[{"name": "lr", "type": "double", "range": [0.01, 0.1]}],
        objective={"type": "maximize", "goal": 1.01, "metric_name": "accuracy"},
        success_condition="status.trialsSucceeded > 4",
        failure_condition="status.trialsFailed > 3")
fit()
couler.concurrent([lambda: torch(), lambda: horovod()])
search()
""",
            after={
                "fit": set(),
                "torch": {"fit"},
                "horovod": {"fit"},
                "search": {"torch", "horovod"},
            },
        ),
        "configured": old(
            """
from couler.core.templates.toleration import Toleration
from couler.core.templates.image_pull_secret import ImagePullSecret

couler.config_workflow(
    name="nightly", user_id="u-7", timeout=3600, time_to_clean=100,
    service_account="argo", cron_config={"schedule": "*/5 * * * *", "suspend": "true"})

def job(name):
    couler.add_toleration(Toleration("pool", "NoSchedule", "Exists"))
    couler.add_image_pull_secret(ImagePullSecret("registry"))
    return couler.run_container(
        image="alpine:3.6", command="ls", step_name=name,
        node_selector={"beta.kubernetes.io/arch": "amd64"},
        image_pull_policy=couler.ImagePullPolicy.Always,
        resources={"cpu": 1, "memory": "100Mi", "nvidia.com/gpu": 2},
        timeout=30, retry=3, working_dir="/src", daemon=True,
        cache=couler.Cache("my-cache", "fixed", "1h"))

job("one")
job("two")
couler.states.workflow.service_account = "other"
couler.run(submitter=ArgoSubmitter(namespace="argo"))
""",
            after={"one": set(), "two": {"one"}},
        ),
        "tags": old(
            """
def one():
    print("value")
couler.run_script(image="python:3.6", source=one, step_name="one")
couler.run_container(image="alpine:3.6", command=["echo"], step_name="two",
    args=["{{workflow.name}} {{steps.one.outputs.result}} {{ jinja }}"])
""",
            after={"one": set(), "two": {"one"}},
        ),
    }
)
