"""Troubles with what is kept: artifacts, volumes, the cluster's own store."""

from __future__ import annotations

from couler_jupyter.engines.kube.troubles.row import Fault, Policy, Trouble, reads

STORAGE = (
    Trouble(
        name="no-artifact-repository",
        pattern=reads(
            "need to configure artifact storage",
            "failed to (get|find) artifact repository",
            "artifact repository .* not (found|configured)",
        ),
        policy=Policy.GIVE_UP,
        advice="the cluster has no artifact repository: configure one, or say where the "
        "artifact lies",
        examples=(
            "You need to configure artifact storage. More information on how to do this",
        ),
    ),
    Trouble(
        name="artifact-forbidden",
        pattern=reads(
            r"artifacts?\b.*(Access ?Denied|InvalidAccessKeyId|SignatureDoesNotMatch|"
            r"403 Forbidden)",
            r"(save outputs|S3|GCS|OSS).*(Access ?Denied|InvalidAccessKeyId|403)",
        ),
        policy=Policy.TELL,
        advice="the artifact store does not accept the credentials; correct their secret",
        examples=(
            "failed to save outputs: failed to put file: Access Denied.",
            'artifact "data" failed to load: InvalidAccessKeyId',
        ),
    ),
    Trouble(
        name="artifact-missing",
        pattern=reads(
            "NoSuchKey",
            r"key does not exist",
            r"artifact .* failed to load.*not (exist|found)",
        ),
        policy=Policy.TELL,
        advice="there is no such artifact where it should lie; correct its key",
        examples=("artifact data failed to load: The specified key does not exist.",),
    ),
    Trouble(
        name="no-output-file",
        pattern=reads(
            r"save outputs:.*(no such file|does not exist|path not found|Could not find)",
            r"cannot save artifact .*no such file",
        ),
        policy=Policy.TELL,
        advice="the step did not write the file that its output is read from",
        examples=(
            (
                "failed to save outputs: Failed to get file: /tmp/model: no such file or "
                "directory"
            ),
        ),
        fault=Fault.STEP,
    ),
    Trouble(
        name="artifact-store",
        pattern=reads(
            "failed to (save|load) (outputs|artifacts)",
            "failed to create new (S3|GCS|OSS) client",
            r"artifact .* failed to load",
            "failed to put file",
        ),
        policy=Policy.RETRY,
        advice="the artifact store failed; run it again",
        examples=(
            (
                "failed to save outputs: failed to create new S3 client: dial tcp: lookup "
                "minio: no such host"
            ),
        ),
    ),
    Trouble(
        name="volume-claim",
        pattern=reads(
            r"persistentvolumeclaim \S+ not found",
            "unbound immediate PersistentVolumeClaims",
            r"storageclass\S* \S+ not found",
        ),
        policy=Policy.GIVE_UP,
        advice="a volume claim that the step mounts is not there or not bound: make it, "
        "or correct its name",
        examples=(
            'persistentvolumeclaim "models" not found',
            "pod has unbound immediate PersistentVolumeClaims",
        ),
    ),
    Trouble(
        name="volume-mount",
        pattern=reads(
            "MountVolume.* failed",
            "FailedMount",
            "FailedAttachVolume",
            "Multi-Attach error",
            "Unable to attach or mount volumes",
        ),
        policy=Policy.WAIT,
        advice="a volume cannot be mounted yet; if it stays so, see who else uses it",
        examples=(
            'MountVolume.SetUp failed for volume "data": mount failed: exit status 32',
            'Multi-Attach error for volume "pvc-1": Volume is already used by pod(s) b',
        ),
    ),
    Trouble(
        name="too-large",
        pattern=reads(
            "request is too large",
            "request entity too large",
            "trying to send message larger than max",
            "longer than maximum allowed size",
            "metadata.annotations: Too long",
        ),
        policy=Policy.GIVE_UP,
        advice="the workflow is too big for the cluster's store: split it, or have node "
        "status offloading turned on",
        examples=(
            "etcdserver: request is too large",
            "workflow is longer than maximum allowed size for sqlite",
        ),
    ),
    Trouble(
        name="etcd",
        pattern=reads(r"etcdserver: (?!request is too large)"),
        policy=Policy.RETRY,
        advice="the cluster's store was in trouble; try again",
        examples=("etcdserver: request timed out", "etcdserver: leader changed"),
    ),
)
