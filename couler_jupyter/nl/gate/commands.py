"""What command lines and shell scripts would do, as far as their text shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.places import is_sensitive

_FETCH = r"(?:curl|wget|fetch|aria2c|http|https|lynx)"
_SHELL = (
    r"(?:sudo\s+(?:-\S+\s+)*|env\s+(?:-\S+\s+)*|exec\s+|nohup\s+|time\s+|busybox\s+)*"
    r"(?:[\w./]*/)?(?:ba|da|k|z|a|fi|c|tc)?sh\b(?!\.)"
)
_RUNNER = (
    rf"(?:{_SHELL}|(?:sudo\s+)?(?:[\w./]*/)?(?:python|perl|ruby|node|php)[\d.]*\b)"
)
_DOWNLOADED = r"[\w./~-]+"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)


_PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "policy-pipe-to-shell",
        _any(
            rf"\b{_FETCH}\b[^\n;]*\|\s*(?:[\w-]+\s[^|\n;]*\|\s*)*{_RUNNER}",
            rf"{_SHELL}\s+(?:-\S+\s+)*[\"']?\$\(\s*{_FETCH}\b",
            rf"(?:{_SHELL}|source|\.)\s+<\(\s*{_FETCH}\b",
            rf"{_RUNNER}\s+(?:-\S+\s+)*<<<\s*[\"']?\$\(\s*{_FETCH}\b",
            rf"\beval\b[^\n]*{_FETCH}\b|`\s*{_FETCH}\b[^`]*`\s*\|\s*{_SHELL}",
            rf"\b{_FETCH}\b[^\n]*(?:-O|-o|--output|>)\s*(?P<to>{_DOWNLOADED})[\s\S]*?"
            rf"(?:{_SHELL}\s+|source\s+|chmod\s+\S+\s+|{_RUNNER}\s+)(?:\./)?(?P=to)(?:\s|$|;|&)",
            rf"\b{_FETCH}\b[^\n]*?/(?P<file>[\w.-]+\.(?:sh|py|pl|bin))\b[\s\S]*?"
            rf"(?:{_RUNNER}\s+|chmod\s+\S+\s+|source\s+)(?:\./)?(?P=file)\b",
            r"\bexec\s*\([^\n]*(?:urlopen|requests\.get|httpx\.get)",
            rf"\|\s*xargs\b[^\n|]*{_SHELL}\s+-c",
            r"\biex\b[^\n]*(?:iwr|invoke-webrequest|downloadstring)",
        ),
        "runs what the network sends; build an image that has the program",
    ),
    (
        "policy-encoded-command",
        _any(
            rf"base64\s+(?:-d|-D|--decode|-di)\b[^\n;]*\|\s*(?:[\w-]+\s[^|\n;]*\|\s*)*{_RUNNER}",
            rf"{_SHELL}\s+(?:-\S+\s+)*[\"']?\$\([^)]*base64\s+(?:-d|-D|--decode)",
            rf"\beval\b[^\n]*base64|(?:xxd\s+-r|openssl\s+enc\s+-d|uudecode)[^\n]*\|\s*{_RUNNER}",
            rf"(?:printf|echo)\s[^\n|]*\\x[0-9a-f]{{2}}[^\n|]*\|\s*{_RUNNER}",
            r"exec\s*\([^\n]*(?:b64decode|b32decode|a85decode|fromhex|decompress)",
            rf"\brev\b[^\n|]*\|\s*{_RUNNER}|\btr\b\s[^|\n]*\|\s*{_RUNNER}",
            rf"(?:gunzip|zcat|gzip\s+-d\S*)\b[^\n|]*\|\s*{_RUNNER}",
        ),
        "decodes a text and runs it; write what is run in plain sight",
    ),
    (
        "policy-reverse-shell",
        _any(
            r"/dev/(?:tcp|udp)/",
            r"\b(?:nc|ncat|netcat|nc\.traditional)\b[^\n]*\s-\w*[ec]\w*\s",
            r"\b(?:bash|sh|zsh)\s+-i\b[^\n]*[<>]&",
            r"\bmkfifo\b[\s\S]*\b(?:nc|ncat|netcat|telnet|openssl)\b",
            r"\bsocat\b[^\n]*\bexec:",
            r"\bdup2\s*\([\s\S]*fileno|\bpty\.spawn\b|fsockopen\s*\(|socket\.socket\s*\([\s\S]*"
            r"(?:subprocess|os\.system|/bin/(?:ba)?sh)",
            r"\bperl\b[^\n]*-e[^\n]*\bSocket\b|\bruby\b[^\n]*-rsocket|TCPSocket\.(?:new|open)",
            r"\b(?:ngrok|chisel|frpc|cloudflared\s+tunnel|teleport)\b|\bssh\b[^\n]*\s-R\s",
        ),
        "opens a way in from another machine",
    ),
    (
        "policy-miner",
        _any(
            r"stratum\+(?:tcp|ssl|udp)|\b(?:xmrig|minerd|cpuminer|ccminer|cgminer|bfgminer)\b",
            r"\b(?:ethminer|nbminer|phoenixminer|lolminer|t-rex\s+-a|xmr-stak|nicehash)\b",
            r"\b(?:cryptonight|randomx|ethash|kawpow)\b|--donate-level|minexmr|supportxmr",
        ),
        "mines coins",
    ),
    (
        "policy-destroys",
        _any(
            r"\brm\s+(?:-\S+\s+|--\S+\s+)*(?:--\s+)?[\"']?(?:/|/\*|~/?\*?|\$\{?HOME\}?/?\*?"
            r"|/(?:bin|boot|dev|etc|home|lib\d*|opt|proc|root|run|sbin|srv|sys|usr|var)/?\*?)"
            r"[\"']?(?:\s|$|;|&|\|)",
            r"--no-preserve-root|\bmkfs(?:\.\w+)?\s|\bwipefs\b|\bdd\b[^\n]*\bof=/dev/(?!null)",
            r">\s*/dev/(?:sd|nvme|hd|vd|mem)|\bshred\b[^\n]*\s/|\bfind\s+/\s[^\n]*-delete",
            r"\bfind\s+/\s[^\n]*-exec\s+rm|:\s*\(\)\s*\{\s*:\s*\|\s*:|\bchmod\s+-R\s+\S+\s+/\s*$",
            r"\bmv\s+(?:/|~|\$HOME)(?:/\*)?\s+/dev/null|shutil\.rmtree\s*\(\s*[\"'](?:/|~)[\"']",
            r"\b(?P<bomb>\w+)\s*\(\)\s*\{\s*(?P=bomb)\s*\|\s*(?P=bomb)\s*&|\bfind\s+/\S*\s[^\n]*-exec\s+shred",
        ),
        "deletes what the machine needs, or brings it down",
    ),
    (
        "policy-exfiltrates",
        _any(
            r"\b(?:env|printenv|set|export\s+-p|declare\s+-[px]+)\b\s*(?:[^|\n;&]{0,40})"
            r"\|[^\n;]*\b(?:curl|wget|nc|ncat|netcat|http|telnet|socat|mail|sendmail)\b",
            r"\b(?:curl|wget|http|nc)\b[^\n]*\$\(\s*(?:env|printenv|set|export)\b",
            r"\b(?:curl|wget|http|nc)\b[^\n]*`\s*(?:env|printenv|set|export)\b",
            r"\b(?:dig|nslookup|host|ping)\b[^\n]*\$[({]?\w*(?:env|base64|cat|token|pass|secret)",
            r"\btar\b[^\n]*\s(?:/|~|/home|/root|\$HOME)\s*\|[^\n]*\b(?:curl|nc|ncat|ssh)\b",
        ),
        "sends the environment or whole folders away",
    ),
    (
        "policy-escape",
        _any(
            r"\bnsenter\b|\bchroot\s+/\w*host|\b(?:insmod|modprobe|kexec)\b|\bunshare\s+-",
            r"\bmount\s+(?:-\S+\s+)*(?:/dev/|-t\s|--bind|-o\s)|\bcapsh\b|\bsetcap\b",
            r"docker\.sock|containerd\.sock|--privileged\b|--pid[= ]host|release_agent",
            r"\bdocker\s+run\b[^\n]*(?:-v|--volume)[= ]/:|core_pattern|\bsysctl\s+-w\b",
            r"\biptables\b|\buseradd\b|\busermod\b|\bvisudo\b|NOPASSWD|chmod\s+(?:u\+s|[4-7]7\d\d)",
        ),
        "leaves its container or changes the machine",
    ),
    (
        "policy-uploads",
        _any(
            r"\bcurl\b[^\n]*(?:\s-F\s|\s--form\b|\s-T\s|\s--upload-file|--data\S*\s+[\"']?@"
            r"|\s-d\s*[\"']?@)",
            r"\bwget\b[^\n]*--(?:post|body)-file|\bscp\b|\brsync\b[^\n]*\w+:|\bsftp\b|\brclone\b",
            r"\b(?:nc|ncat|netcat)\b[^\n]*<|\|\s*(?:nc|ncat|netcat|curl)\b|\bftp(?:put)?\b\s+-",
            r"\b(?:aws\s+s3\s+(?:cp|sync|mv)|gsutil\s+(?:cp|rsync)|az\s+storage|mc\s+cp)\b",
        ),
        "sends files",
    ),
    (
        "policy-secret-shown",
        _any(
            r"\b(?:printenv|export\s+-p|declare\s+-[px]+)\b|(?:^|[;&|]\s*|\s)env\s*(?:$|[;&|>])",
            r"\b(?:echo|printf|cat\s*<<<)\b[^\n;|]*\$\{?\w*(?:pass|secret|token|key|credential"
            r"|pwd)\w*",
            r"(?:^|[;&|]\s*)set\s*(?:$|[;&|>])|\bset\s+-x\b[\s\S]*\$\{?\w*(?:PASS|SECRET|TOKEN)",
        ),
        "prints its environment or a secret",
    ),
    (
        "policy-installs",
        _any(
            r"\b(?:pip3?|uv\s+pip|conda|mamba|poetry|pipx)\s+(?:install|add)\b",
            r"\b(?:apt|apt-get|apk|yum|dnf|zypper|brew)\s+(?:-\S+\s+)*(?:install|add)\b",
            r"\b(?:npm|yarn|pnpm)\s+(?:install|i|add)\b|\bnpx\b|\b(?:gem|cargo|go)\s+install\b",
        ),
        "installs packages while it runs; an image that has them does not change",
    ),
    (
        "policy-encoded",
        _any(
            r"\bbase64\s+(?:-d|-D|--decode)\b|\bxxd\s+-r\b|\bopenssl\s+enc\b|\buudecode\b",
            r"[A-Za-z0-9+/]{200,}={0,2}|(?:\\x[0-9a-f]{2}){12,}",
        ),
        "decodes or carries what cannot be read here",
    ),
    (
        "policy-deletes",
        _any(r"\brm\s+(?:-\S+\s+)*-\w*r", r"\bfind\b[^\n]*-delete", r"\bshred\b"),
        "deletes folders",
    ),
    (
        "policy-control",
        _any(
            r"\bkubectl\b|\bhelm\s|\bargo\s+(?:submit|delete|terminate)\b|\bdocker\s+\w+",
            r"\b(?:podman|nerdctl|crictl|ctr)\s+\w+|\bsudo\b|\bsu\s+-|\bsystemctl\b|\bpasswd\b",
            r"\b(?:aws|gcloud|az|terraform)\s+(?!s3\s+ls\b)\w+",
        ),
        "gives orders to Docker, a cluster, a cloud or the system",
    ),
    (
        "policy-endless",
        _any(
            r"\bwhile\s+(?:true|:|\[\s*1\s*\]|1)\s*;?\s*do\b|\bsleep\s+(?:infinity|inf|\d{6,})\b",
            r"\btail\s+-[fF]\b|\bfor\s*\(\(\s*;\s*;\s*\)\)|\byes\s*(?:\||>|$)",
            r"\b(?:fallocate|truncate)\b[^\n]*\d{2,}[GTP]|\bdd\b[^\n]*if=/dev/(?:zero|urandom)"
            r"(?![^\n]*count=\d{1,5}\b)",
        ),
        "does not end by itself, or fills the disk",
    ),
    (
        "policy-network",
        _any(
            rf"\b{_FETCH}\s+[\S\s]|\bgit\s+(?:clone|push|pull|fetch)\b",
            r"\b(?:ssh|scp|sftp|rsync|nc|ncat|netcat|telnet|ftp|socat|nmap|dig|nslookup)\s",
            r"\b(?:pip3?|conda|apt|apt-get|apk|npm|yarn)\s+(?:-\S+\s+)*(?:install|add|i)\b",
            r"\b(?:https?|ftp|wss?|tcp)://",
        ),
        "reaches the network",
    ),
)
_DISGUISES = re.compile(r"\$\{?IFS(?:[^}]*\})?|\$IFS\$\d")
_SPLIT = re.compile(r"(?<=\w)(?:''|\"\"|\\(?=\w)|\$@|\$\{\w+:0:0\})(?=\w)")
_JOINED = re.compile(r"\\\n\s*")
LONGEST = 100_000
_WINDOW, _OVERLAP = 4_000, 500


def command_finds(text: str) -> Iterator[Found]:
    """Yield what a command line or shell script would do that a person should see."""
    if len(text) > LONGEST:
        yield Found(
            "policy-encoded", f"a text of {len(text)} characters, too many to read"
        )
    end = min(LONGEST, max(1, len(text) - _OVERLAP))
    windows = [text[at : at + _WINDOW] for at in range(0, end, _WINDOW - _OVERLAP)]
    seen = tuple(dict.fromkeys(one for cut in windows for one in (cut, _straight(cut))))
    for rule, pattern, does in _PATTERNS:
        match = next(filter(None, map(pattern.search, seen)), None)
        if match is not None:
            yield Found(rule, f"{does}: {excerpt(match[0])}")
    if any(map(is_sensitive, seen)):
        what = f"names a place that holds secrets or starts programs: {excerpt(text)}"
        yield Found("policy-sensitive-file", what)


def _straight(text: str) -> str:
    """Return a command without the quotes and tricks that split words in two."""
    joined = _JOINED.sub(" ", text)
    spaced = _DISGUISES.sub(" ", joined)
    return _SPLIT.sub("", spaced)
