"""Places that hold secrets, start programs or belong to the system."""

from __future__ import annotations

import re

SENSITIVE = re.compile(
    r"/etc/(?:shadow|passwd|sudoers|gshadow|crontab|cron\.|ssh/|kubernetes|profile\.d"
    r"|ld\.so\.preload|systemd)|(?:^|[/~])\.ssh\b|\bid_(?:rsa|dsa|ecdsa|ed25519)\b"
    r"|authorized_keys|\.aws/|\.azure/|\.kube\b|\.netrc|\.pgpass|\.git-credentials"
    r"|\.docker/config|\.config/gcloud|application_default_credentials|\.pypirc|\.npmrc"
    r"|\.huggingface/token|\.kaggle/kaggle\.json|kubernetes\.io/serviceaccount"
    r"|serviceaccount/token|docker\.sock|containerd\.sock|crio\.sock"
    r"|/proc/(?:self|\d+|\$\$|1|sys|kcore|\*)[/\b]?(?:environ|mem|root|cmdline|fd|maps|kernel)?"
    r"|\.(?:bashrc|bash_profile|bash_history|zshrc|profile|gnupg|mozilla|ipython)\b"
    r"|\.jupyter\b|\.local/share/jupyter|sitecustomize|usercustomize|\.pth\b(?=['\"]?$)"
    r"|\.git/hooks|\.config/autostart|LaunchAgents|/var/spool/cron|\bcrontab\b"
    r"|169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|fd00:ec2::254"
    r"|/var/lib/kubelet|/root/\.|/dev/(?:sd[a-z]|nvme|mem\b|kmem)",
    re.IGNORECASE,
)
"""What no honest step of a workflow reads or writes."""

SYSTEM = re.compile(
    r"^(?:file://)?/(?:etc|usr|bin|sbin|lib|lib64|boot|root|sys|proc|dev|var/run|run)(?:/|$)"
)
_HARMLESS = re.compile(
    r"^/dev/(?:null|stdout|stderr|stdin|shm)|^/usr/(?:local/)?(?:bin|share|lib)/[\w./-]+$"
    r"|^/(?:bin|sbin)/[\w-]+$"
)
_ROOTS = re.compile(
    r"^(?:/|/\*|~/?\*?|\$HOME/?\*?|\$\{HOME\}/?\*?|\.|\./|\*|\.\.(?:/\.\.)*/?"
    r"|/(?:home|Users)/[^/]+/?|/(?:bin|boot|dev|etc|home|lib|lib64|mnt|opt|proc|root|run|sbin|srv|sys|usr|var)"
    r"(?:/\*?)?)$"
)


def is_sensitive(text: str) -> bool:
    """Tell whether a text names a place that no honest step needs."""
    return SENSITIVE.search(text) is not None


def is_system(text: str) -> bool:
    """Tell whether a text is a path of the system, beside its programs."""
    return SYSTEM.match(text) is not None and _HARMLESS.match(text) is None


def is_root(text: str) -> bool:
    """Tell whether a text is a folder whose loss is the loss of the machine or home."""
    return _ROOTS.match(text.strip()) is not None
