"""Where steps run, what they find there, and how runs are kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from couler_jupyter.ir import (
    Claim,
    ConfigFiles,
    ConfigRef,
    Constant,
    Container,
    EmptyDir,
    EnvFrom,
    EnvSource,
    EnvVar,
    Extra,
    FieldRef,
    HostPath,
    InputParameter,
    Mount,
    NewClaim,
    Overlap,
    Pod,
    PullPolicy,
    Raw,
    RawVolume,
    Resources,
    Schedule,
    SecretFiles,
    SecretRef,
    Sidecar,
    TimeToLive,
    Toleration,
    Volume,
    VolumeSource,
    Workflow,
)
from couler_jupyter.testing.case import Case, compiles, runs
from couler_jupyter.testing.parts import IMAGE, container, flow, sh, step


def _boxed(**more: Any) -> Workflow:
    """A workflow of one container that has this beside its command."""
    return flow("placed", step("work", container("true", **more)))


def _mounted(source: VolumeSource) -> Workflow:
    """A workflow of one container that finds this volume."""
    mount = Mount(volume="data", path="/data", sub_path="in", read_only=True)
    return flow(
        "mounted",
        step("work", container("true", mounts=(mount,))),
        volumes=(Volume(name="data", source=source),),
    )


@runs(steps="work:succeeded", outputs={"work": {"result": "set"}})
def env() -> Workflow:
    """An environment variable."""
    variable = EnvVar("MODE", "set")
    return flow("env", step("work", sh('echo "$MODE"', env=(variable,))))


@compiles
def env_secret() -> Workflow:
    """A variable whose value is a secret."""
    return _boxed(env=(EnvVar("TOKEN", SecretRef("hub", "token", optional=True)),))


@compiles
def env_config() -> Workflow:
    """A variable whose value is configured."""
    return _boxed(env=(EnvVar("LEVEL", ConfigRef("log", "level")),))


@compiles
def env_field() -> Workflow:
    """A variable that tells where the step runs."""
    return _boxed(env=(EnvVar("HOST_IP", FieldRef("status.hostIP")),))


@compiles
def env_from_secret() -> Workflow:
    """All keys of a secret."""
    return _boxed(
        env_from=(EnvFrom(source=EnvSource.SECRET, name="hub", prefix="HUB_"),)
    )


@compiles
def env_from_config_map() -> Workflow:
    """All keys of a config map."""
    return _boxed(env_from=(EnvFrom(source=EnvSource.CONFIG_MAP, name="log"),))


@runs(steps="work:succeeded")
def resources() -> Workflow:
    """A share of the machine."""
    half = Resources(cpu=0.5, memory=64 * 2**20, cpu_limit=1, memory_limit=2**30)
    return flow("share", step("work", sh("true", resources=half)))


@compiles
def gpu() -> Workflow:
    """Two accelerators."""
    return _boxed(resources=Resources(gpu=2, gpu_kind="amd.com/gpu"))


@compiles
def ephemeral() -> Workflow:
    """Scratch disk."""
    return _boxed(resources=Resources(ephemeral=10**9, ephemeral_limit=2 * 10**9))


@compiles
def working_dir() -> Workflow:
    """The folder that the program starts in."""
    return _boxed(working_dir="/srv")


@compiles
def pull_policy() -> Workflow:
    """The image is fetched anew each time."""
    return _boxed(pull_policy=PullPolicy.ALWAYS)


@compiles
def volume_empty() -> Workflow:
    """A folder in memory."""
    return _mounted(EmptyDir(size=2**20, in_memory=True))


@compiles
def volume_host() -> Workflow:
    """A folder of the machine."""
    return _mounted(HostPath("/srv/data", type="Directory"))


@compiles
def volume_claim() -> Workflow:
    """A volume that exists."""
    return _mounted(Claim("datasets", read_only=True))


@compiles
def volume_new_claim() -> Workflow:
    """A volume made for the run."""
    return _mounted(NewClaim(size=2**30, storage_class="fast"))


@compiles
def volume_secret() -> Workflow:
    """The keys of a secret as files."""
    return _mounted(SecretFiles(secret="hub", items=(("token", "t"),), mode=0o400))


@compiles
def volume_config() -> Workflow:
    """The keys of a config map as files."""
    return _mounted(ConfigFiles(config_map="log", optional=True))


@compiles
def volume_raw() -> Workflow:
    """Any other volume."""
    nfs = Constant.of({"nfs": {"server": "files", "path": "/"}})
    return _mounted(RawVolume(nfs))


_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_NO_AFFINITY: list[str] = []
_POD_WORDS: Mapping[str, Pod] = {
    "service-account": Pod(service_account="trainer"),
    "image-pull-secrets": Pod(image_pull_secrets=("registry",)),
    "node-selector": Pod(node_selector=(("disk", "ssd"),)),
    "tolerations": Pod(
        tolerations=(
            Toleration(key="gpu", operator="Exists", effect="NoSchedule"),
            Toleration(key="old", value="yes", effect="NoExecute", seconds=60),
        )
    ),
    "affinity": Pod(affinity=Constant.of({"nodeAffinity": {_PREFERRED: _NO_AFFINITY}})),
    "priority-class": Pod(priority_class="high"),
    "scheduler": Pod(scheduler="volcano"),
    "labels": Pod(labels=(("team", "vision"),)),
    "annotations": Pod(annotations=(("note", "a <b> & 'c'"),)),
    "host-network": Pod(host_network=True),
    "security": Pod(security=Constant.of({"runAsUser": 1000})),
    "patch": Pod(patch=Constant.of({"hostname": "box"})),
}
POD_WORDS = tuple(
    Case(name=f"pod-{word}", make=partial(_boxed, pod=pod))
    for word, pod in _POD_WORDS.items()
)
"""Everything that says where a pod goes, one by one."""


@compiles
def pod_of_the_workflow() -> Workflow:
    """Where all steps run that do not say so themselves."""
    return flow(
        "trainers",
        step("work", container("true")),
        pod=Pod(service_account="trainer", labels=(("team", "vision"),)),
    )


@compiles
def sidecar() -> Workflow:
    """A server beside the step."""
    redis = Sidecar(
        name="redis",
        image="redis:7",
        args=("--save", ""),
        env=(EnvVar("PASSWORD", SecretRef("redis", "password")),),
        resources=Resources(memory=2**27),
        mirror_mounts=True,
    )
    return _boxed(pod=Pod(sidecars=(redis,)))


@compiles
def init_container() -> Workflow:
    """Something that runs before the step."""
    first = Sidecar(name="first", image=IMAGE, command=("true",))
    return _boxed(pod=Pod(init=(first,)))


@compiles
def image_alone() -> Workflow:
    """What an image starts by itself."""
    return flow("plain", step("work", Container(image=IMAGE)))


@compiles
def run_words() -> Workflow:
    """Which run goes first, how long its record is kept, and what it is labelled."""
    return flow(
        "labelled",
        step("work", sh("true")),
        priority=-5,
        labels=(("team", "vision"),),
        annotations=(("note", "x"),),
        ttl=TimeToLive(after_end=3600, after_success=60, after_failure=86400),
    )


@compiles
def schedule() -> Workflow:
    """Every weekday at seven in Berlin."""
    return flow(
        "morning",
        step("work", sh("true")),
        schedule=Schedule(
            crons=("0 7 * * 1-5",),
            timezone="Europe/Berlin",
            overlap=Overlap.FORBID,
            deadline=300,
            keep_succeeded=3,
            keep_failed=5,
        ),
    )


@compiles
def extra() -> Workflow:
    """A word that only one engine has, and that is not to be ignored."""
    word = Extra(
        engine="argo", path="spec.podGC.strategy", value=Constant.of("OnPodSuccess")
    )
    return flow("own-word", step("work", sh("true")), extras=(word,))


@compiles
def extra_of_a_step() -> Workflow:
    """A word for one step that other engines may leave out."""
    word = Extra(
        engine="argo",
        path="template.metrics",
        value=Constant.of({"prometheus": []}),
        ignorable=True,
    )
    return flow("own-word", step("work", sh("true"), extras=(word,)))


@compiles
def raw_condition() -> Workflow:
    """A condition in one engine's own language."""
    when = Raw("argo", "{{workflow.parameters.go}} =~ 'y.*'")
    go = InputParameter(name="go", default=Constant.of("yes"))
    return flow("own-language", step("work", sh("true"), when=when), parameters=(go,))
