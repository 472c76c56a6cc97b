"""Pods of container steps, as Kubernetes writes them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, assert_never

from couler_jupyter.engines.airflow.setting import Setting
from couler_jupyter.ir import (
    ConfigRef,
    Container,
    EnvFrom,
    EnvVar,
    FieldRef,
    Json,
    Mount,
    Pod,
    Resources,
    Script,
    SecretRef,
    Sidecar,
    Toleration,
    Volume,
    Workflow,
    bytes_text,
)
from couler_jupyter.ir.pod import (
    Claim,
    ConfigFiles,
    EmptyDir,
    EnvSource,
    HostPath,
    NewClaim,
    RawVolume,
    SecretFiles,
)
from couler_jupyter.ir.resources import cores_text

Fields = dict[str, Any]
_NOWHERE = Pod()


def pod_options(
    template: Container | Script, workflow: Workflow, setting: Setting
) -> Fields:
    """Return the parameters of KubernetesPodOperator for a template."""
    pod = _inherited(template.pod, workflow.pod)
    beside = (*pod.init, *pod.sidecars)
    mounts = (*template.mounts, *(each for one in beside for each in one.mounts))
    mounted = {one.volume for one in mounts}
    volumes = [one for one in workflow.volumes if one.name in mounted]
    spec = _said(
        containers=[
            _container(template),
            *(_beside(one, template) for one in pod.sidecars),
        ],
        initContainers=[_beside(one, template) for one in pod.init],
        serviceAccountName=pod.service_account,
        imagePullSecrets=[{"name": one} for one in pod.image_pull_secrets],
        nodeSelector=dict(pod.node_selector),
        tolerations=[_toleration(one) for one in pod.tolerations],
        affinity=pod.affinity and pod.affinity.value,
        priorityClassName=pod.priority_class,
        schedulerName=pod.scheduler,
        hostNetwork=pod.host_network,
        securityContext=pod.security and pod.security.value,
        volumes=[_volume(one) for one in volumes],
        restartPolicy="Never",
    )
    whole = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _said(labels=dict(pod.labels), annotations=dict(pod.annotations)),
        "spec": spec if pod.patch is None else _merged(spec, pod.patch.value),
    }
    return {"namespace": setting.namespace, "pod_template_dict": whole}


def by_reference(variable: EnvVar) -> bool:
    """Whether Kubernetes looks a variable up, not the worker."""
    return isinstance(variable.value, SecretRef | ConfigRef | FieldRef)


def _container(template: Container | Script) -> Fields:
    return _said(
        name="base",
        image=template.image,
        env=[_variable(one) for one in template.env if by_reference(one)],
        envFrom=[_variables(one) for one in template.env_from],
        resources=_resources(template.resources),
        volumeMounts=[_mount(one) for one in template.mounts],
        workingDir=template.working_dir,
        imagePullPolicy=template.pull_policy and template.pull_policy.value,
    )


def _beside(one: Sidecar, template: Container | Script) -> Fields:
    """Return a container beside or before the main one; its texts hold no references."""
    taken = {each.path for each in one.mounts}
    shown = template.mounts if one.mirror_mounts else ()
    mirrored = [each for each in shown if each.path not in taken]
    return _said(
        name=one.name,
        image=one.image,
        command=list(one.command),
        args=list(one.args),
        env=[
            _variable(each)
            if by_reference(each)
            else {"name": each.name, "value": each.value}
            for each in one.env
        ],
        resources=_resources(one.resources),
        volumeMounts=[_mount(each) for each in (*one.mounts, *mirrored)],
    )


def _variable(variable: EnvVar) -> Fields:
    match variable.value:
        case SecretRef(name=name, key=key, optional=optional):
            source = {"secretKeyRef": _key(name, key, optional)}
        case ConfigRef(name=name, key=key, optional=optional):
            source = {"configMapKeyRef": _key(name, key, optional)}
        case FieldRef(path=path):
            source = {"fieldRef": {"fieldPath": path}}
        case _:
            raise AssertionError("plain variables are the worker's to put in")
    return {"name": variable.name, "valueFrom": source}


def _key(name: str, key: str, optional: bool) -> Fields:
    return {"name": name, "key": key, **_said(optional=optional)}


def _variables(one: EnvFrom) -> Fields:
    kind = "secretRef" if one.source is EnvSource.SECRET else "configMapRef"
    named = {"name": one.name, **_said(optional=one.optional)}
    return {kind: named, **_said(prefix=one.prefix)}


def _resources(asked: Resources) -> Fields:
    gpus = {asked.gpu_kind: str(asked.gpu)} if asked.gpu else {}
    requests = {
        "cpu": asked.cpu and cores_text(asked.cpu),
        "memory": asked.memory and bytes_text(asked.memory),
        "ephemeral-storage": asked.ephemeral and bytes_text(asked.ephemeral),
    }
    most = {
        "cpu": asked.cpu_limit and cores_text(asked.cpu_limit),
        "memory": asked.memory_limit and bytes_text(asked.memory_limit),
        "ephemeral-storage": asked.ephemeral_limit
        and bytes_text(asked.ephemeral_limit),
    }
    return _said(
        requests={key: one for key, one in requests.items() if one},
        limits={**{key: one for key, one in most.items() if one}, **gpus},
    )


def _mount(mount: Mount) -> Fields:
    return {
        "name": mount.volume,
        "mountPath": mount.path,
        **_said(subPath=mount.sub_path, readOnly=mount.read_only),
    }


def _volume(volume: Volume) -> Fields:
    match volume.source:
        case EmptyDir(size=size, in_memory=in_memory):
            medium = "Memory" if in_memory else ""
            limit = bytes_text(size) if size is not None else ""
            source: Fields = {"emptyDir": _said(medium=medium, sizeLimit=limit)}
        case HostPath(path=path, type=kind):
            source = {"hostPath": {"path": path, **_said(type=kind)}}
        case Claim(name=name, read_only=read_only):
            named = {"claimName": name, **_said(readOnly=read_only)}
            source = {"persistentVolumeClaim": named}
        case SecretFiles(secret=name) as files:
            source = {"secret": {"secretName": name, **_files(files)}}
        case ConfigFiles(config_map=name) as files:
            source = {"configMap": {"name": name, **_files(files)}}
        case RawVolume(source=raw):
            source = raw.value
        case NewClaim():
            raise AssertionError("claims made for a run are refused before")
        case _ as never:
            assert_never(never)
    return {"name": volume.name, **source}


def _files(files: SecretFiles | ConfigFiles) -> Fields:
    items = [{"key": key, "path": path} for key, path in files.items]
    mode = {} if files.mode is None else {"defaultMode": files.mode}
    return {**_said(items=items, optional=files.optional), **mode}


def _toleration(one: Toleration) -> Fields:
    return {
        "operator": one.operator,
        **_said(key=one.key, value=one.value, effect=one.effect),
        **({} if one.seconds is None else {"tolerationSeconds": one.seconds}),
    }


def _inherited(own: Pod, around: Pod) -> Pod:
    unsaid = {
        one.name: getattr(around, one.name)
        for one in fields(Pod)
        if getattr(own, one.name) == getattr(_NOWHERE, one.name)
    }
    return replace(own, **unsaid)


def _merged(base: Json, patch: Json) -> Json:
    if not (isinstance(base, dict) and isinstance(patch, dict)):
        return patch
    both = {key: _merged(base[key], patch[key]) for key in patch if key in base}
    return {**base, **patch, **both}


def _said(**given: Json) -> Fields:
    return {key: one for key, one in given.items() if one}
