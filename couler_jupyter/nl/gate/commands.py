"""What command lines and shell scripts would do, as far as their text shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.places import is_sensitive

_FETCH = r"(?:curl|wget|fetch|aria2c|http|https|lynx)"
_SHELL = (
    r"(?:sudo\s+(?:-\S+\s+){0,4}|env\s+(?:-\S+\s+){0,4}|exec\s+|nohup\s+|time\s+"
    r"|busybox\s+){0,4}(?:[\w./]{0,80}/)?(?:ba|da|k|z|a|fi|c|tc)?sh\b(?!\.)"
)
_LANGUAGE = r"(?:sudo\s+)?(?:[\w./]{0,80}/)?(?:python|perl|ruby|node|php)[\d.]*\b"
_PARTS = {
    "<FETCH>": _FETCH,
    "<SHELL>": _SHELL,
    "<RUNNER>": f"(?:{_SHELL}|{_LANGUAGE})",
    "<LANGUAGE>": _LANGUAGE,
    "<FILE>": r"[\w./~-]{1,120}",
    "<PIPES>": r"(?:[\w-]{1,30}\s[^|\n;]{0,200}\|\s*){0,4}",
}


def _any(*patterns: str) -> re.Pattern[str]:
    whole = "|".join(f"(?:{one})" for one in patterns)
    for name, part in _PARTS.items():
        whole = whole.replace(name, part)
    return re.compile(whole, re.IGNORECASE)


_PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "policy-pipe-to-shell",
        _any(
            r"\b<FETCH>\b[^\n;]{0,400}\|\s*<PIPES><RUNNER>",
            r"<SHELL>\s+(?:-\S+\s+){0,8}[\"']?\$\(\s*<FETCH>\b",
            r"(?:<SHELL>|source|\.)\s+<\(\s*<FETCH>\b",
            r"<RUNNER>\s+(?:-\S+\s+){0,8}<<<\s*[\"']?\$\(\s*<FETCH>\b",
            r"\beval\b[^\n]{0,400}<FETCH>\b|`\s*<FETCH>\b[^`]*`\s*\|\s*<SHELL>",
            r"\$\(\s*<FETCH>\b[^)]{0,400}\)[\s\S]{0,400}(?:<SHELL>\s+-c\s|\beval\s)",
            r"(?:<SHELL>\s+-c|\beval)\s+[\"']?`\s*<FETCH>\b",
            r"\bexec\s*\([^\n]{0,400}(?:urlopen|requests\.get|httpx\.get)",
            r"\|\s*xargs\b[^\n|]{0,400}<SHELL>\s+-c",
            r"\biex\b[^\n]{0,400}(?:iwr|invoke-webrequest|downloadstring)",
        ),
        "runs what the network sends; build an image that has the program",
    ),
    (
        "policy-encoded-command",
        _any(
            r"base64\s+(?:-d|-D|--decode|-di)\b[^\n;]{0,400}\|\s*<PIPES><RUNNER>",
            r"<SHELL>\s+(?:-\S+\s+){0,8}[\"']?\$\([^)]*base64\s+(?:-d|-D|--decode)",
            r"\beval\b[^\n]{0,400}base64|(?:xxd\s+-r|openssl\s+enc\s+-d|uudecode)[^\n]{0,400}\|\s*<RUNNER>",
            r"(?:printf|echo)\s[^\n|]{0,400}\\x[0-9a-f]{2}[^\n|]{0,400}\|\s*<RUNNER>",
            r"exec\s*\([^\n]{0,400}(?:b64decode|b32decode|a85decode|fromhex|decompress)",
            r"\brev\b[^\n|]{0,400}\|\s*<RUNNER>|\btr\b\s[^|\n]*\|\s*<RUNNER>",
            r"(?:gunzip|zcat|gzip\s+-d\S*)\b[^\n|]{0,400}\|\s*<RUNNER>",
        ),
        "decodes a text and runs it; write what is run in plain sight",
    ),
    (
        "policy-reverse-shell",
        _any(
            r"/dev/(?:tcp|udp)/",
            r"\b(?:nc|ncat|netcat|nc\.traditional)\b[^\n]{0,400}\s-\w*[ec]\w*\s",
            r"\b(?:bash|sh|zsh)\s+-i\b[^\n]{0,400}[<>]&",
            r"\b(?:openssl\s+s_client|telnet|nc|ncat|netcat)\b[^\n]{0,400}\|\s*<PIPES><SHELL>",
            r"/inet/(?:tcp|udp)/|-MIO::Socket",
            r"\bmkfifo\b[\s\S]{0,400}\b(?:nc|ncat|netcat|telnet|openssl)\b",
            r"\bsocat\b[^\n]{0,400}\bexec:",
            r"\bdup2\s*\([\s\S]{0,400}fileno|\bpty\.spawn\b|fsockopen\s*\(|socket\.socket\s*\([\s\S]{0,400}"
            r"(?:subprocess|os\.system|/bin/(?:ba)?sh)",
            r"\bperl\b[^\n]{0,400}-e[^\n]{0,400}\bSocket\b|\bruby\b[^\n]{0,400}-rsocket|TCPSocket\.(?:new|open)",
            r"\b(?:ngrok|chisel|frpc|cloudflared\s+tunnel|teleport)\b|\bssh\b[^\n]{0,400}\s-R\s",
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
            r"\bcd\s+(?:/|~|\$HOME)\s*(?:&&|;|\n)\s*rm\s+-\w*r\w*\s+(?:-\S+\s+)?(?:\*|\.)",
            r"--no-preserve-root|\bmkfs(?:\.\w+)?\s|\bwipefs\b|\bdd\b[^\n]{0,400}\bof=/dev/(?!null)",
            r">\s*/dev/(?:sd|nvme|hd|vd|mem)|\bshred\b[^\n]{0,400}\s/|\bfind\s+/\s[^\n]{0,400}-delete",
            r"\bfind\s+/\s[^\n]{0,400}-exec\s+rm|:\s*\(\)\s*\{\s*:\s*\|\s*:|\bchmod\s+-R\s+\S+\s+/\s*$",
            r"\bmv\s+(?:/|~|\$HOME)(?:/\*)?\s+/dev/null|shutil\.rmtree\s*\(\s*[\"'](?:/|~)[\"']",
            r"\b(?P<bomb>\w+)\s*\(\)\s*\{\s*(?P=bomb)\s*\|\s*(?P=bomb)\s*&|\bfind\s+/\S*\s[^\n]{0,400}-exec\s+shred",
        ),
        "deletes what the machine needs, or brings it down",
    ),
    (
        "policy-exfiltrates",
        _any(
            r"\b(?:env|printenv|set|export\s+-p|declare\s+-[px]+)\b\s*(?:[^|\n;&]{0,40})"
            r"\|[^\n;]{0,400}\b(?:curl|wget|nc|ncat|netcat|http|telnet|socat|mail|sendmail)\b",
            r"\b(?:curl|wget|http|nc)\b[^\n]{0,400}\$\(\s*(?:env|printenv|set|export)\b",
            r"\b(?:curl|wget|http|nc)\b[^\n]{0,400}`\s*(?:env|printenv|set|export)\b",
            r"\b(?:dig|nslookup|host|ping)\b[^\n]{0,400}\$[({]?\w*(?:env|base64|cat|token|pass|secret)",
            r"\btar\b[^\n]{0,400}\s(?:/|~|/home|/root|\$HOME)\s*\|[^\n]{0,400}\b(?:curl|nc|ncat|ssh)\b",
        ),
        "sends the environment or whole folders away",
    ),
    (
        "policy-escape",
        _any(
            r"\bnsenter\b|\bchroot\s+/\w*host|\b(?:insmod|modprobe|kexec)\b|\bunshare\s+-",
            r"\bmount\s+(?:-\S+\s+){0,8}(?:/dev/|-t\s|--bind|-o\s)|\bcapsh\b|\bsetcap\b",
            r"docker\.sock|containerd\.sock|--privileged\b|--pid[= ]host|release_agent",
            r"\bdocker\s+run\b[^\n]{0,400}(?:-v|--volume)[= ]/:|core_pattern|\bsysctl\s+-w\b",
            r"\biptables\b|\buseradd\b|\busermod\b|\bvisudo\b|NOPASSWD|chmod\s+(?:u\+s|[4-7]7\d\d)",
        ),
        "leaves its container or changes the machine",
    ),
    (
        "policy-uploads",
        _any(
            r"\bcurl\b[^\n]{0,400}(?:\s-F\s|\s--form\b|\s-T\s|\s--upload-file|--data\S*\s+[\"']?@"
            r"|\s-d\s*[\"']?@)",
            r"\bwget\b[^\n]{0,400}--(?:post|body)-file|\bscp\b|\brsync\b[^\n]{0,400}\w+:|\bsftp\b|\brclone\b",
            r"\b(?:nc|ncat|netcat)\b[^\n]{0,400}<|\|\s*(?:nc|ncat|netcat|curl)\b|\bftp(?:put)?\b\s+-",
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
            r"(?:^|[;&|]\s*)set\s*(?:$|[;&|>])|\bset\s+-x\b[\s\S]{0,400}\$\{?\w*(?:PASS|SECRET|TOKEN)",
        ),
        "prints its environment or a secret",
    ),
    (
        "policy-secret-in-command",
        _any(
            r"\b<FETCH>\b[^\n]{0,400}\$\{?\w{0,40}(?:SECRET|TOKEN|PASSW|API_?KEY|CREDENTIAL)",
        ),
        "puts what is called like a secret into a command line",
    ),
    (
        "policy-installs",
        _any(
            r"\b(?:pip3?|uv\s+pip|conda|mamba|poetry|pipx)\s+(?:install|add)\b",
            r"\b(?:apt|apt-get|apk|yum|dnf|zypper|brew)\s+(?:-\S+\s+){0,8}(?:install|add)\b",
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
        _any(
            r"\brm\s+(?:-\S+\s+){0,8}-\w*r",
            r"\bfind\b[^\n]{0,400}-delete",
            r"\bshred\b",
        ),
        "deletes folders",
    ),
    (
        "policy-control",
        _any(
            r"\bkubectl\b|\bhelm\s|\bargo\s+(?:submit|delete|terminate)\b|\bdocker\s+\w+",
            r"\b(?:podman|nerdctl|crictl|ctr)\s+\w+|\bsudo\b|\bsu\s+-|\bsystemctl\b|\bpasswd\b",
            r">\s*/(?:etc|usr|bin|sbin|boot|lib)/|\bLD_PRELOAD=",
            r"\b(?:aws|gcloud|az|terraform)\s+(?!s3\s+ls\b)\w+",
        ),
        "gives orders to Docker, a cluster, a cloud or the system",
    ),
    (
        "policy-endless",
        _any(
            r"\bwhile\s+(?:true|:|\[\s*1\s*\]|1)\s*;?\s*do\b|\bsleep\s+(?:infinity|inf|\d{6,})\b",
            r"\btail\s+-[fF]\b|\bfor\s*\(\(\s*;\s*;\s*\)\)|\byes\s*(?:\||>|$)",
            r"\b(?:fallocate|truncate)\b[^\n]{0,400}\d{2,}[GTP]|\bdd\b[^\n]{0,400}if=/dev/(?:zero|urandom)"
            r"(?![^\n]{0,400}count=\d{1,5}\b)",
        ),
        "does not end by itself, or fills the disk",
    ),
    (
        "policy-network",
        _any(
            r"\b<FETCH>\s+[\S\s]|\bgit\s+(?:clone|push|pull|fetch)\b",
            r"\b(?:ssh|scp|sftp|rsync|nc|ncat|netcat|telnet|ftp|socat|nmap|dig|nslookup)\s",
            r"\b(?:pip3?|conda|apt|apt-get|apk|npm|yarn)\s+(?:-\S+\s+){0,8}(?:install|add|i)\b",
            r"\bhttp\.server\b|\bSimpleHTTPServer\b|\bopenssl\s+s_client\b",
            r"\b(?:https?|ftp|wss?|tcp)://",
        ),
        "reaches the network",
    ),
)
_FETCHED = _any(
    r"\b<FETCH>\b[^\n;|&]{0,400}?\s(?:-o|-O|--output|--output-document)[\s=]*(<FILE>)",
    r"\b<FETCH>\b[^\n;|&]{0,400}?>\s*(<FILE>)",
    r"\b<FETCH>\b[^\n;|&]{0,400}?/([\w-]{1,60}\.(?:sh|bash|py|pl|rb|bin|run))\b",
)
_RUN = _any(
    r"(?:^|[;&|\n])\s*(?:<SHELL>|<LANGUAGE>|source|\.|chmod\s+\S+)\s+(?:-\S+\s+){0,4}(<FILE>)",
    r"(?:^|[;&|\n])\s*((?:\.|/|~)<FILE>)",
)
_DISGUISES = re.compile(r"\$\{?IFS(?:[^}]*\})?|\$IFS\$\d")
_SPLIT = re.compile(r"(?<=\w)(?:''|\"\"|\\(?=\w)|\$@|\$\{\w+:0:0\})(?=\w)")
_JOINED = re.compile(r"\\\n\s*")
LONGEST = 100_000
_WINDOW, _OVERLAP = 2_000, 500


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
    if files := set().union(*map(_fetched_and_run, seen)):
        what = f"runs what it fetched: {', '.join(sorted(files))}"
        yield Found("policy-pipe-to-shell", what)
    if any(map(is_sensitive, seen)):
        what = f"names a place that holds secrets or starts programs: {excerpt(text)}"
        yield Found("policy-sensitive-file", what)


def _fetched_and_run(text: str) -> set[str]:
    """Return the files that a script fetches and then runs."""
    fetched = {_last(name) for found in _FETCHED.findall(text) for name in found}
    if not fetched:
        return fetched
    return (
        fetched & {_last(name) for found in _RUN.findall(text) for name in found}
    ) - {""}


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _straight(text: str) -> str:
    """Return a command without the quotes and tricks that split words in two."""
    joined = _JOINED.sub(" ", text)
    spaced = _DISGUISES.sub(" ", joined)
    return _SPLIT.sub("", spaced)
