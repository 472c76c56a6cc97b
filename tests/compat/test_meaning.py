"""What old calls say, in the workflow they build."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.errors import BuildFailed, InvalidWorkflow
from couler_jupyter.ir import (
    OSS,
    S3,
    Cache,
    Claim,
    Container,
    EmptyDir,
    FieldTest,
    Format,
    FromFile,
    InputArtifact,
    Job,
    JobAction,
    Managed,
    NewClaim,
    Operator,
    Outcome,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    PullPolicy,
    Raw,
    Repeat,
    RetryPolicy,
    RunRef,
    Script,
    SecretRef,
    Step,
    SubWorkflow,
    Toleration,
    to_json,
)
from tests.compat.conftest import Load

_IMPORT = "import couler_jupyter.compat.argo as couler\n"


def container(step: Step) -> Container:
    assert isinstance(step.template, Container)
    return step.template


def manifest(step: Step) -> Any:
    assert isinstance(step.template, Job)
    assert isinstance(step.template.manifest, str)
    return json.loads(step.template.manifest)


def test_secrets_are_references(load: Load) -> None:
    workflow = load("secrets")
    assert "abc" not in to_json(workflow)
    assert "def-ghi" not in to_json(workflow)
    one = {v.name: v.value for v in container(workflow["one"]).env}
    assert one == {
        "uname": SecretRef("couler-uname-passwd", "uname"),
        "passwd": SecretRef("couler-uname-passwd", "passwd"),
    }
    two = workflow["two"].template
    assert isinstance(two, Script)
    assert {v.name: v.value for v in two.env} == {
        "MODE": "True",
        "TOKEN": SecretRef("hub", "token"),
        "keytab": SecretRef("encoded", "keytab"),
    }


def test_credentials_of_a_bucket_are_a_secret(load: Load) -> None:
    workflow = load("oss_artifact")
    assert "s3cr3t" not in to_json(workflow)
    [output] = container(workflow["producer"]).outputs
    assert isinstance(output, OutputArtifact)
    assert (output.name, output.path, output.global_name) == (
        "t1",
        "/data/t1.txt",
        "t1",
    )
    assert output.storage == OSS(
        bucket="models",
        key="osspath/t1",
        endpoint="http://oss.example.com",
        access_key=SecretRef("couler-accesskey-secretkey", "accessKey"),
        secret_key=SecretRef("couler-accesskey-secretkey", "secretKey"),
    )


def test_a_file_among_the_arguments_is_put_where_it_was_left(load: Load) -> None:
    consumer = load("oss_artifact")["consumer"]
    [taken] = container(consumer).inputs
    assert isinstance(taken, InputArtifact)
    assert taken.path == "/data/t1.txt"
    assert container(consumer).args == ("--test",)
    assert consumer.arguments[0].value == OutputRef("producer", "t1")


def test_a_file_that_lies_somewhere_is_an_input(load: Load) -> None:
    reader = load("oss_artifact")["reader"]
    [taken] = container(reader).inputs
    assert isinstance(taken, InputArtifact)
    assert taken.path == "/data/t1.txt"
    assert isinstance(reader.arguments[0].value, OSS)


def test_a_folder_that_the_image_may_not_have_is_made(load: Load) -> None:
    workflow = load("oss_artifact")
    [mount] = container(workflow["producer"]).mounts
    assert mount.path == "/data"
    assert [one.source for one in workflow.volumes] == [EmptyDir()]


def test_volumes(load: Load) -> None:
    workflow = load("volumes")
    sources = {one.name: one.source for one in workflow.volumes}
    assert sources == {
        "work": NewClaim(size=2 * 2**30),
        "apppath": Claim("mnas-pvc"),
        "scratch": EmptyDir(),
    }
    mounts = container(workflow["say-2"]).mounts
    assert [(one.volume, one.path) for one in mounts] == [
        ("work", "/mnt/vol"),
        ("apppath", "/data"),
        ("scratch", "/scratch"),
    ]


def test_a_volume_may_be_added_after_it_is_mounted(load_text: Load) -> None:
    workflow = load_text(
        _IMPORT
        + """
def job(item):
    couler.run_container("alpine", "ls", volume_mounts=[couler.VolumeMount("v", "/v")])
    return couler.run_container("alpine", "ls", args=[item])
couler.map(job, [1, 2])
couler.add_volume(couler.Volume("v", "claimed"))
"""
    )
    [volume] = workflow.volumes
    assert volume.source == Claim("claimed")
    inner = workflow.steps[0].template
    assert isinstance(inner, SubWorkflow)
    assert inner.workflow.volumes == workflow.volumes


def test_what_is_said_of_the_whole(load: Load) -> None:
    workflow = load("configured")
    assert workflow.name == "nightly"
    assert workflow.timeout == 3600
    assert workflow.annotations == (("couler-jupyter/user-id", "u-7"),)
    assert workflow.ttl is not None
    assert workflow.ttl.after_end == 100
    assert workflow.pod.service_account == "other"
    assert workflow.pod.image_pull_secrets == ("registry",)
    assert workflow.pod.tolerations == (
        Toleration(key="pool", effect="NoSchedule", operator="Exists"),
    )
    schedule = workflow.schedule
    assert schedule is not None
    assert (schedule.crons, schedule.timezone) == (("*/5 * * * *",), "Asia/Shanghai")
    assert (schedule.suspended, schedule.deadline) == (True, 10)
    assert (schedule.keep_succeeded, schedule.keep_failed) == (3, 1)


def test_what_is_said_of_a_step(load: Load) -> None:
    step = load("configured")["one"]
    one = container(step)
    assert (step.timeout, step.daemon) == (30, True)
    assert step.retry is not None
    assert (step.retry.limit, step.retry.policy) == (3, RetryPolicy.ALWAYS)
    assert step.cache == Cache(key="fixed", max_age=3600)
    assert one.pull_policy is PullPolicy.ALWAYS
    assert one.pod.node_selector == (("beta.kubernetes.io/arch", "amd64"),)
    assert one.working_dir == "/src"
    assert (one.resources.cpu, one.resources.gpu) == (1, 2)
    assert one.resources.memory == 100 * 2**20


def test_exit_handlers_are_for_their_ends(load: Load) -> None:
    handlers = load("exit_handlers").exit_handlers
    assert [(one.step.name, one.on) for one in handlers] == [
        ("report_success", (Outcome.SUCCEEDED,)),
        ("report_failure", (Outcome.FAILED,)),
    ]


def test_a_job_is_kept_as_it_is_asked_for(load: Load) -> None:
    step = load("job")["pi"]
    assert isinstance(step.template, Job)
    assert step.template.action is JobAction.APPLY
    assert step.template.own
    assert step.timeout == 60
    [spec] = manifest(step)["spec"]["template"]["spec"]["containers"]
    assert spec["env"] == [{"name": "DIGITS", "value": "20"}]


def test_a_job_gives_its_id_name_and_object(load: Load) -> None:
    workflow = load("job")
    given = [one.value for one in workflow["use"].arguments]
    names = [one.name for one in given if isinstance(one, OutputRef)]
    assert names == ["job-id", "job-name", "job-object"]


def test_numbers_and_texts_of_outputs_are_text(load: Load) -> None:
    [output] = container(load("parameter")["producer"]).outputs
    assert isinstance(output, OutputParameter)
    assert isinstance(output.source, FromFile)
    assert (output.name, output.type) == ("message", "string")


def test_a_while_has_a_bound(load: Load) -> None:
    repeat = load("while")["flip"].repeat
    assert isinstance(repeat, Repeat)
    assert repeat.limit == 50


def test_tags_of_argo_are_values(load: Load) -> None:
    two = load("tags")["two"]
    [text] = container(two).args
    assert isinstance(text, Format)
    values = [one.value for one in two.arguments]
    assert any(isinstance(one, RunRef) for one in values)
    assert OutputRef("one", "result") in values
    assert text.parts[-1] == " {{ jinja }}"


def test_words_that_only_argo_has_stay_its_own(load_text: Load) -> None:
    workflow = load_text(
        _IMPORT + "couler.run_container('alpine', 'ls', args=['{{pod.name}}'])"
    )
    assert container(workflow.steps[0]).args == (Raw("argo", "{{pod.name}}"),)


def test_s3_without_credentials(load_text: Load) -> None:
    workflow = load_text(
        _IMPORT
        + """
place = couler.create_s3_artifact("/tmp/model", bucket="b", endpoint="s3.example.com")
other = couler.create_local_artifact("/tmp/model.txt")
couler.run_container("alpine", "ls", output=[place, other])
"""
    )
    one, two = container(workflow.steps[0]).outputs
    assert isinstance(one, OutputArtifact)
    assert isinstance(two, OutputArtifact)
    assert one.storage == S3(bucket="b", key="tmp/model", endpoint="s3.example.com")
    assert (two.storage, two.name) == (Managed(), "model-2")


def test_arguments_of_a_script_are_the_interpreters(load_text: Load) -> None:
    workflow = load_text(
        _IMPORT + "couler.run_script('py', source='print(1)', args=['-u'])"
    )
    template = workflow.steps[0].template
    assert isinstance(template, Script)
    assert template.interpreter == ("python", "-u")


def test_steps_that_are_passed_by_text_pass_nothing(load_text: Load) -> None:
    workflow = load_text(
        _IMPORT
        + """
def make():
    place = couler.create_parameter_artifact("/tmp/x.txt")
    return couler.run_container("alpine", "ls", output=place, step_name="a")
def use():
    return couler.run_container("alpine", "ls", step_name="b")
couler.set_dependencies(make)
couler.set_dependencies(use, dependencies="a.Succeeded")
"""
    )
    assert workflow["b"].arguments == ()


def test_an_output_that_is_named_is_not_passed_twice(load_text: Load) -> None:
    workflow = load_text(
        _IMPORT
        + """
def make():
    place = couler.create_parameter_artifact("/tmp/x.txt")
    return couler.run_container("alpine", "ls", output=place, step_name="a")
made = couler.set_dependencies(make)
couler.set_dependencies(
    lambda: couler.run_container("alpine", "ls", args=["-x", made], step_name="b"),
    dependencies=["a"])
"""
    )
    assert len(container(workflow["b"]).args) == 2


def test_dns_is_for_argo(load_text: Load) -> None:
    workflow = load_text(
        _IMPORT
        + """
options = [couler.DnsConfigOption("ndots", "2")]
couler.set_dns("None", couler.DnsConfig(nameservers=["1.2.3.4"], options=options))
couler.run_container("alpine", "ls")
"""
    )
    words = {one.path: one.value.value for one in workflow.extras}
    assert words == {
        "spec.dnsPolicy": "None",
        "spec.dnsConfig": {
            "nameservers": ["1.2.3.4"],
            "options": [{"name": "ndots", "value": "2"}],
        },
    }


def test_training_jobs(load: Load) -> None:
    workflow = load("training")
    fit = manifest(workflow["fit"])
    assert (fit["apiVersion"], fit["kind"]) == ("kubeflow.org/v1", "TFJob")
    roles = fit["spec"]["tfReplicaSpecs"]
    assert {role: one["replicas"] for role, one in roles.items()} == {
        "Chief": 1,
        "PS": 2,
        "Worker": 3,
        "Evaluator": 1,
    }
    assert roles["Worker"]["restartPolicy"] == "OnFailure"
    [worker] = roles["Worker"]["template"]["spec"]["containers"]
    assert worker["command"] == ["sh", "-c", "python tf.py"]
    assert worker["resources"]["limits"] == {"cpu": "0.5", "memory": "1024Mi"}
    ref = {"name": "couler-access-key", "key": "access_key"}
    assert worker["env"] == [{"name": "access_key", "valueFrom": {"secretKeyRef": ref}}]
    assert workflow["fit"].timeout == 3600
    search = manifest(workflow["search"])
    assert search["spec"]["trialTemplate"]["goTemplate"] == {
        "rawTemplate": "name: {{.Trial}}"
    }
    assert search["spec"]["parameters"][0]["feasibleSpace"] == {
        "min": "0.01",
        "max": "0.1",
    }
    horovod = workflow["horovod"].template
    assert isinstance(horovod, Job)
    done = FieldTest(
        "status.replicaStatuses.Launcher.succeeded",
        Operator.EQUAL,
        horovod.success[0].value,
    )
    assert horovod.success == (done,)


WRONG = {
    "couler.run_container('a', 'ls', secret='nope')": "no secret of this script",
    "couler.run_container('a', 'ls', secret=couler.ImagePullSecret('x'))": "no secret",
    "couler.run_container('a', 'ls', retry='3')": "no number of attempts",
    "couler.run_container('a', 'ls', volume_mounts=['/x'])": "no mount",
    "couler.run_container('a', 'ls', env=['A'])": "no mapping",
    "couler.run_container('a', 'ls', env={'secrets': [1]})": "no variable",
    "couler.run_container('a', 'ls', output=3)": "does not say where",
    "couler.run_container('a', 'ls', image_pull_policy='Sometimes')": "must be one of",
    "couler.run_script('a')": "no source",
    "couler.create_s3_artifact('/x', accesskey_id='only')": "go together",
    "couler.create_secret({})": "keys and values",
    "couler.create_secret({'a': 'b'}).x": "has no attribute",
    "couler.obtain_secret(['a'])": "needs a name",
    "couler.config_workflow(cluster_config_file='c.py')": "is not run",
    "couler.config_workflow(cron_config={})": "no 'schedule'",
    "couler.config_workflow(cron_config={'schedule': '* * * * *', 'x': 1})": "has no 'x'",
    "couler.run_canned_step('n', {})": "left them out",
    "couler.when(couler.equal(1, 1), 3)": "takes a function",
    "couler.concurrent(3)": "takes a list",
    "couler.concurrent([3])": "takes a function",
    "couler.map(lambda x: None, [1])": "adds no step",
    "couler.map(lambda x: None)": "nothing to map over",
    "couler.dag(3)": "list of chains",
    "couler.dag([3])": "no chain",
    "couler.dag([[3]])": "functions and steps",
    "couler.set_dependencies(lambda: None)": "adds no step",
    "couler.exec_while(couler.equal(1), lambda: None)": "returns no result",
    "couler.set_exit_handler('Sometimes', lambda: None)": "not 'Sometimes'",
    "couler.run(submitter=None)": "no method submit",
    "couler.run()": "no step was added",
    "couler.states.workflow.templates = {}": "has no 'templates'",
    "couler.ArgoSubmitter(client_configuration=object())": "kubeconfig",
    "couler.create_workflow_volume(couler.VolumeClaimTemplate('w', size='x'))": "size",
    "couler.states._cleanup()": "no use here",
    "couler.Secret('ns', {'a': 'b'}).to_yaml()": "not written as YAML",
    "couler.add_image_pull_secret('name')": "no pull secret",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_makes_no_sense_is_said(line: str, load_text: Load) -> None:
    with pytest.raises(BuildFailed, match=WRONG[line]):
        load_text(_IMPORT + line)


def test_a_dependency_that_is_nowhere_is_said(load_text: Load) -> None:
    with pytest.raises(InvalidWorkflow, match="nowhere"):
        load_text(
            _IMPORT
            + "couler.set_dependencies(lambda: couler.run_container('a', 'ls'), ['nowhere'])"
        )


def test_two_steps_of_a_graph_with_one_name_differ_loudly(load_text: Load) -> None:
    with pytest.raises(BuildFailed, match="not the same step"):
        load_text(
            _IMPORT
            + """
def job(image): return couler.run_container(image, "ls", step_name="A")
couler.dag([[lambda: job("one"), lambda: job("two")]])
"""
        )


def test_pool_is_not_dropped_in_silence(load_text: Load) -> None:
    with pytest.warns(UserWarning, match="node_selector"):
        load_text(_IMPORT + "couler.run_container('a', 'ls', pool='gpu')")
