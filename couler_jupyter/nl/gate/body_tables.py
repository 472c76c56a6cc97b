"""What modules and functions of Python are about, for the rules on step bodies."""

from __future__ import annotations

from couler_jupyter.nl.gate.word_list import words

EXEC = words(
    """
    IPython __import__ bdb breakpoint builtins cProfile.run code codeop compile eval
    exec get_ipython globals idlelib imp importlib.machinery importlib.reload
    importlib.util.module_from_spec importlib.util.spec_from_file_location
    ipykernel jupyter_client locals nbformat pdb profile.run runpy site timeit.repeat
    timeit.timeit
    """
)
"""Code made from texts, or run in the notebook."""

NATIVE = words(
    """
    _ctypes _posixsubprocess _socket _thread _winapi cffi ctypes fcntl gc.get_objects
    gc.get_referents gc.get_referrers importlib.abc inspect.currentframe
    inspect.getouterframes inspect.stack lib2to3 marshal msvcrt os.chroot os.dup2 os.fork
    os.forkpty os.memfd_create os.mknod os.ptrace os.setgid os.setuid os.unshare
    pkgutil.extend_path ptrace pty pyautogui sys.addaudithook sys.setprofile sys.settrace
    termios types.CodeType types.FunctionType winreg zipimport
    """
)
"""What gets around Python or the place a step runs in."""

SPYING = words(
    """
    browser_cookie3 getpass4 impacket keyboard keylogger keyring mitmproxy mouse mss
    nmap pcapy pynput pyperclip pypykatz pyscreenshot scapy secretstorage
    selenium_stealth win32api win32clipboard win32gui
    """
)
"""What reads keys, screens, cookies, key rings or what others send."""

NETWORK = words(
    """
    adlfs aiohttp anthropic asyncio.streams azure boto3 botocore cassandra comet_ml
    consul cx_Oracle dns docker elasticsearch etcd3 fabric ftplib gcsfs gdown
    google.cloud google.cloud.bigquery google.cloud.storage googleapiclient grpc hdfs
    http.client http.server httpx huggingface_hub imaplib kafka kaggle kubernetes
    langchain minio mlflow mysql nats neptune nntplib openai openml paramiko pika
    playwright poplib psycopg psycopg2 pymongo pymysql pyodbc pysftp ray redis requests
    s3fs scrapy selenium sendgrid slack slack_sdk smtplib snowflake socket socketserver
    sqlalchemy ssl telegram telnetlib twilio urllib.request urllib3 wandb
    webbrowser websocket websockets xmlrpc zmq
    """
)
"""Modules that are there to reach something over the network."""

FREE = words(
    """
    os sys subprocess shutil builtins importlib ctypes socket pickle pty requests httpx
    boto3 urllib
    """
)
"""Modules that a notebook may have imported already, under their own names."""

PROCESS = words(
    """
    asyncio.create_subprocess_exec asyncio.create_subprocess_shell commands invoke
    multiprocessing.Process os.execl os.execle os.execlp os.execv os.execve os.execvp
    os.execvpe os.kill os.killpg os.popen os.posix_spawn os.spawnl os.spawnlp os.spawnv
    os.spawnvp os.startfile os.system pexpect plumbum popen2 sh subprocess
    """
)
"""What starts or ends programs."""

REMOVES = frozenset(
    {"shutil.rmtree", "os.remove", "os.unlink", "os.rmdir", "os.removedirs"}
)

PICKLE = words(
    """
    cloudpickle dill jsonpickle pandas.read_pickle pickle.Unpickler pickle.load
    pickle.loads shelve yaml.full_load yaml.unsafe_load
    """
)
"""What runs code when it loads data."""

ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv"})

SYS_PARTS = words(
    """
    _current_frames _getframe addaudithook call_tracing displayhook excepthook meta_path
    modules path_hooks setprofile settrace
    """
)

DUNDERS = words(
    """
    __base__ __bases__ __builtin__ __builtins__ __class_getitem__ __closure__ __code__
    __del__ __func__ __getattribute__ __globals__ __import__ __init_subclass__
    __loader__ __match_args__ __mro__ __reduce__ __reduce_ex__ __self__ __set_name__
    __setstate__ __spec__ __subclasses__ __subclasshook__ __traceback__ __wrapped__
    ag_frame co_code cr_frame f_back f_builtins f_code f_globals f_locals func_code
    func_globals gi_code gi_frame mro tb_frame
    """
)
"""Names that lead from any object to everything."""
