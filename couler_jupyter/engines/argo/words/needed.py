"""The fields without which an object of Argo is none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Artifact": ("name",),
        "ArtifactPaths": ("name",),
        "ArtifactoryArtifact": ("url",),
        "AzureArtifact": ("blob", "container", "endpoint"),
        "Cache": ("configMap",),
        "ContainerNode": ("name",),
        "ContainerSetRetryStrategy": ("retries",),
        "ContainerSetTemplate": ("containers",),
        "Counter": ("value",),
        "CronWorkflowSpec": ("schedules", "workflowSpec"),
        "DAGTask": ("name",),
        "DAGTemplate": ("tasks",),
        "Data": ("source", "transformation"),
        "Event": ("selector",),
        "ExecutorPlugin": ("spec",),
        "ExecutorPluginSidecar": ("container",),
        "ExecutorPluginSpec": ("sidecar",),
        "GCSArtifact": ("key",),
        "Gauge": ("realtime", "value"),
        "GitArtifact": ("repo",),
        "HDFSArtifact": ("path",),
        "HTTP": ("url",),
        "HTTPArtifact": ("url",),
        "HTTPHeader": ("name",),
        "Header": ("name", "value"),
        "Histogram": ("buckets", "value"),
        "LabelValueFrom": ("expression",),
        "ManifestFrom": ("artifact",),
        "Memoize": ("cache", "key", "maxAge"),
        "MetricLabel": ("key", "value"),
        "OAuth2EndpointParam": ("key",),
        "OSSArtifact": ("key",),
        "Parameter": ("name",),
        "PluginArtifact": ("key",),
        "Prometheus": ("help", "name"),
        "RawArtifact": ("data",),
        "ResourceTemplate": ("action",),
        "StopStrategy": ("expression",),
        "Submit": ("workflowTemplateRef",),
        "SyncDatabaseRef": ("key",),
        "TransformationStep": ("expression",),
        "UserContainer": ("name",),
        "WorkflowEventBindingSpec": ("event",),
    }
)
"""By the name of the class; a part that is added to such an object may lack them."""
