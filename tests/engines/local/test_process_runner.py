from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from couler_jupyter.engines.local.attempt import (
    ContainerCall,
    ContainerImage,
    Ending,
    FilePath,
    Limits,
    ProcessCall,
    ValueFile,
)
from couler_jupyter.engines.local.nursery import Nursery
from couler_jupyter.engines.local.process_runner import ProcessRunner
from tests.engines.local.driving import Driver, bash


def test_command_succeeds_and_its_output_is_logged(driver: Driver) -> None:
    before = time.time()
    outcome = driver.run(bash("echo out; echo err >&2"))
    assert (outcome.ending, outcome.reason) == (Ending.SUCCEEDED, "")
    assert (outcome.exit_code, outcome.signal) == (0, None)
    assert before <= outcome.started <= outcome.ended <= time.time()
    assert driver.log(outcome) == "out\nerr\n"


def test_command_gets_input_folder_and_environment(
    driver: Driver, tmp_path: Path
) -> None:
    workdir = tmp_path / "work here"
    workdir.mkdir()
    outcome = driver.run(
        bash('cat; echo "$COLOUR"; echo "$COULER_ATTEMPT_ID"; pwd', b"from stdin\n"),
        env=(("COLOUR", "dark blue"),),
        workdir=workdir,
        id="one",
    )
    assert driver.log(outcome) == f"from stdin\ndark blue\none\n{workdir}\n"


def test_without_input_a_command_reads_nothing(driver: Driver) -> None:
    assert driver.run(ProcessCall(argv=("cat",))).ending is Ending.SUCCEEDED


def test_exit_code_is_told(driver: Driver) -> None:
    outcome = driver.run(bash("exit 3"))
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, 3)
    assert outcome.reason == "exit code 3"


def test_signal_is_named(driver: Driver) -> None:
    outcome = driver.run(bash("kill -SEGV $$"))
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, None)
    assert (outcome.signal, outcome.reason) == (signal.SIGSEGV, "killed by SIGSEGV")


def test_unknown_command_is_an_error_that_names_it(driver: Driver) -> None:
    outcome = driver.run(ProcessCall(argv=("no-such-thing", "x")))
    assert (outcome.ending, outcome.exit_code) == (Ending.ERRORED, 127)
    assert outcome.reason == "no command 'no-such-thing'"


def test_file_that_is_no_program_is_an_error(driver: Driver, tmp_path: Path) -> None:
    program = tmp_path / "notes.txt"
    program.write_text("hello")
    outcome = driver.run(ProcessCall(argv=(str(program),)))
    assert (outcome.ending, outcome.exit_code) == (Ending.ERRORED, 126)
    assert "notes.txt' cannot be run: Permission denied" in outcome.reason


def test_nul_in_an_argument_is_an_error(driver: Driver) -> None:
    outcome = driver.run(ProcessCall(argv=("echo", "a\0b")))
    assert outcome.ending is Ending.ERRORED
    assert "null byte" in outcome.reason


def test_missing_working_folder_is_an_error(driver: Driver, tmp_path: Path) -> None:
    outcome = driver.run(bash("true"), workdir=tmp_path / "gone")
    assert outcome.ending is Ending.ERRORED
    assert outcome.reason == (
        f"working folder {tmp_path / 'gone'}: No such file or directory"
    )


def test_programs_die_of_a_closed_pipe(driver: Driver) -> None:
    """Python ignores SIGPIPE; what it starts must not inherit that."""
    outcome = driver.run(bash("yes | head -n 1; echo ${PIPESTATUS[0]}"))
    assert driver.log(outcome) == "y\n141\n"


def test_container_is_refused(driver: Driver) -> None:
    call = ContainerCall(main=ContainerImage(image="busybox"))
    with pytest.raises(TypeError, match="a container is not run as a process"):
        driver.start(call)


def test_cpu_time_and_memory_are_told(driver: Driver) -> None:
    burn = "x = bytearray(80_000_000)\nwhile __import__('time').process_time() < 0.3: 1"
    outcome = driver.run(ProcessCall(argv=(sys.executable, "-c", burn)))
    assert outcome.cpu_seconds is not None
    assert outcome.cpu_seconds >= 0.3
    assert outcome.peak_memory is not None
    assert outcome.peak_memory >= 80_000_000


def test_timeout_kills_the_whole_tree(driver: Driver, tmp_path: Path) -> None:
    script = "bash -c 'echo $$ > inner; sleep 600 & wait' & sleep 600 & echo $! > other; wait"
    outcome = driver.run(bash(script), timeout=2.0, grace=0.2)
    assert outcome.ending is Ending.TIMED_OUT
    assert outcome.reason == "timed out after 2 s"
    assert outcome.signal == signal.SIGTERM
    assert not _alive(tmp_path / "inner", tmp_path / "other")


def test_kill_ends_a_step_that_ignores_being_asked(
    driver: Driver, tmp_path: Path
) -> None:
    attempt = driver.start(
        bash("trap '' TERM; echo $$ > pid; while true; do sleep 0.1; done")
    )
    driver.until((tmp_path / "pid").exists)
    driver.runner.kill(attempt.id, grace=0.3)
    outcome = driver.outcome(attempt.id)
    assert (outcome.ending, outcome.reason) == (Ending.KILLED, "killed")
    assert outcome.signal == signal.SIGKILL
    assert not _alive(tmp_path / "pid")


def test_kill_lets_a_step_clean_up(driver: Driver, tmp_path: Path) -> None:
    script = (
        "trap 'echo bye; exit 7' TERM; touch ready; while true; do sleep 0.05; done"
    )
    attempt = driver.start(bash(script))
    driver.until((tmp_path / "ready").exists)
    driver.runner.kill(attempt.id)
    outcome = driver.outcome(attempt.id)
    assert (outcome.ending, outcome.exit_code) == (Ending.KILLED, 7)
    assert driver.log(outcome).endswith("bye\n")


def test_kill_of_what_has_ended_does_nothing(driver: Driver) -> None:
    outcome = driver.run(bash("true"))
    driver.runner.kill(outcome.id)
    driver.runner.kill("never-there")
    assert driver.run(bash("true")).ending is Ending.SUCCEEDED


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
@pytest.mark.parametrize("way", ["{} & wait", "({} &); sleep 600"])
def test_kill_finds_what_left_the_group(
    driver: Driver, tmp_path: Path, way: str
) -> None:
    runaway = "setsid bash -c 'echo $$ > pid; exec sleep 600'"
    attempt = driver.start(bash(way.format(runaway)))
    driver.until(lambda: _has_text(tmp_path / "pid"))
    driver.runner.kill(attempt.id, grace=0)
    assert driver.outcome(attempt.id).ending is Ending.KILLED
    assert not _alive(tmp_path / "pid")


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_a_daemon_does_not_outlive_its_step(driver: Driver, tmp_path: Path) -> None:
    """Not even one that forked twice, left the group and ignores being asked."""
    daemon = """
        import os, signal, time
        def step():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    os.closerange(0, 100)
                    with open("part", "w") as file:
                        file.write(str(os.getpid()))
                    os.rename("part", "pid")
                    time.sleep(600)
                os._exit(0)
            os.wait()
            while not os.path.exists("pid"):
                time.sleep(0.01)
            return "done"
    """
    outcome = driver.run(driver.function(_dedent(daemon)))
    assert (outcome.ending, outcome.value) == (Ending.SUCCEEDED, '"done"')
    assert not _alive(tmp_path / "pid")


def test_what_is_left_in_the_background_ends_with_the_step(
    driver: Driver, tmp_path: Path
) -> None:
    outcome = driver.run(bash("sleep 600 & echo $! > pid; exit 0"))
    assert outcome.ending is Ending.SUCCEEDED
    assert not _alive(tmp_path / "pid")


def test_leftovers_may_finish_what_they_do_when_asked(driver: Driver) -> None:
    """As the resource tracker of multiprocessing does, which frees shared memory."""
    script = "(trap 'sleep 0.1; touch tidy; exit' TERM; touch up; sleep 60 & wait) & "
    outcome = driver.run(bash(script + "while [ ! -e up ]; do sleep 0.01; done"))
    assert outcome.ending is Ending.SUCCEEDED
    assert (driver.folder / "tidy").exists()


def test_leftovers_of_one_step_do_not_hold_up_another(driver: Driver) -> None:
    stubborn = "(trap '' TERM; touch up; exec 0<&- 1>&- 2>&-; while true; do sleep 0.05; done) & "
    driver.run(bash(stubborn + "while [ ! -e up ]; do sleep 0.01; done"))
    slow = driver.start(bash("sleep 0.2; echo still here"))
    quick = driver.run(bash("true"))
    assert quick.ending is Ending.SUCCEEDED
    outcome = driver.outcome(slow.id)
    assert driver.log(outcome) == "still here\n"


def test_memory_limit_ends_a_hog(driver: Driver) -> None:
    hog = ProcessCall(
        argv=(
            sys.executable,
            "-c",
            "import time; x = bytearray(200 * 2**20); time.sleep(600)",
        )
    )
    outcome = driver.run(hog, limits=Limits(memory=100 * 2**20))
    assert (outcome.ending, outcome.signal) == (Ending.FAILED, signal.SIGKILL)
    used, _, rest = outcome.reason.removeprefix("used ").partition(" MiB of memory; ")
    assert 200 <= int(used) < 300
    assert rest == "its limit is 100 MiB"


def test_memory_of_children_counts(driver: Driver) -> None:
    child = "import time; x = bytearray(80 * 2**20); time.sleep(600)"
    script = f'for i in 1 2 3; do {sys.executable} -c "{child}" & done; wait'
    outcome = driver.run(bash(script), limits=Limits(memory=150 * 2**20))
    assert "its limit is 150 MiB" in outcome.reason


@pytest.mark.skipif(sys.platform != "linux", reason="shared pages are told on Linux")
def test_memory_that_forked_children_share_counts_once(driver: Driver) -> None:
    source = """
        import os, time
        def step():
            block = bytearray(os.urandom(1)) * (120 * 2**20)
            for _ in range(3):
                if os.fork() == 0:
                    time.sleep(600)
            time.sleep(1.3)
            return len(block)
    """
    outcome = driver.run(
        driver.function(_dedent(source)), limits=Limits(memory=200 * 2**20)
    )
    assert outcome.ending is Ending.SUCCEEDED, outcome.reason


def test_cores_become_the_threads_of_numerical_libraries(driver: Driver) -> None:
    script = bash("echo $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS $MKL_NUM_THREADS")
    few = driver.run(script, limits=Limits(cpu=0.5))
    told = driver.run(script, limits=Limits(cpu=3), env=(("MKL_NUM_THREADS", "7"),))
    assert (driver.log(few), driver.log(told)) == ("1 1 1\n", "3 3 7\n")


def test_threads_that_the_user_set_stay(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    from couler_jupyter.engines.local.process_runner import environment

    env = environment(driver.attempt(bash("true"), limits=Limits(cpu=2)))
    assert "OMP_NUM_THREADS" not in env
    assert env["MKL_NUM_THREADS"] == "2"


def test_standard_output_is_kept_apart_on_request(
    driver: Driver, tmp_path: Path
) -> None:
    outcome = driver.run(
        bash("echo result; echo chatter >&2"), stdout=tmp_path / "stdout"
    )
    assert (tmp_path / "stdout").read_text() == "result\n"
    assert sorted(driver.log(outcome).splitlines()) == ["chatter", "result"]


def test_too_much_output_to_keep_fails_the_step(driver: Driver, tmp_path: Path) -> None:
    outcome = driver.run(bash("head -c 9000000 /dev/zero"), stdout=tmp_path / "stdout")
    assert outcome.ending is Ending.FAILED
    assert (
        outcome.reason
        == "printed more than 8 MiB, too much for an output; make it an artifact"
    )


def test_secrets_are_masked_in_log_and_reason(driver: Driver) -> None:
    source = """
        import os
        def step():
            print("token is", os.environ["TOKEN"])
            raise ValueError(os.environ["TOKEN"] + " was refused")
    """
    outcome = driver.run(
        driver.function(_dedent(source)),
        env=(("TOKEN", "hunter2"),),
        secrets=("hunter2",),
    )
    assert outcome.reason == "ValueError: *** was refused"
    assert "token is ***" in driver.log(outcome)
    assert "hunter2" not in driver.log(outcome)


def test_a_gigabyte_of_output_neither_fills_the_disk_nor_stops_the_others(
    driver: Driver, tmp_path: Path
) -> None:
    loud = driver.start(bash("head -c 1000000000 /dev/zero; echo; echo the end"))
    rounds = 0
    while loud.id not in driver.outcomes:
        assert driver.run(bash("true")).ending is Ending.SUCCEEDED
        rounds += 1
    outcome = driver.outcomes[loud.id]
    assert rounds >= 2
    assert outcome.ending is Ending.SUCCEEDED
    assert "bytes of output are not in the log: only the first 64 MiB" in outcome.note
    assert loud.log.stat().st_size < 65 * 2**20
    assert loud.log.read_bytes().endswith(b"\nthe end\n")


def test_output_is_in_the_log_while_the_step_runs(driver: Driver) -> None:
    live = driver.start(
        driver.function(
            "import time\ndef step():\n    print('hello')\n    time.sleep(60)\n"
        )
    )
    driver.until(lambda: live.log.exists() and live.log.read_text() == "hello\n")
    driver.runner.kill(live.id, grace=0)
    driver.outcome(live.id)


def test_full_disk_is_noted_and_others_go_on(driver: Driver) -> None:
    """/dev/full refuses every byte, as a full disk does."""
    outcome = driver.run(bash("echo lost"), log=Path("/dev/full"))
    assert outcome.ending is Ending.SUCCEEDED
    assert outcome.note == (
        "5 bytes of output are not in the log: No space left on device"
    )
    assert driver.run(bash("true")).note == ""


def test_many_at_once_each_get_their_own(driver: Driver) -> None:
    attempts = [
        driver.start(driver.function("def step(n):\n    print(n)\n    return n\n", n))
        for n in range(40)
    ]
    for number, attempt in enumerate(attempts):
        outcome = driver.outcome(attempt.id)
        assert json.loads(outcome.value) == number
        assert driver.log(outcome) == f"{number}\n"


def test_close_stops_all_at_once(tmp_path: Path) -> None:
    driver = Driver(
        tmp_path, lambda loop, take: ProcessRunner(loop, Nursery.spawn(), take)
    )
    script = "trap '' TERM; echo $$ > pid; while true; do sleep 0.1; done"
    driver.start(bash(script))
    driver.until(lambda: _has_text(tmp_path / "pid"))
    driver.close()
    assert not driver.outcomes
    assert not _alive(tmp_path / "pid")


def test_lost_nursery_is_told_and_replaced(tmp_path: Path) -> None:
    nursery = Nursery.spawn()
    driver = Driver(tmp_path, lambda loop, take: ProcessRunner(loop, nursery, take))
    script = "bash -c 'echo $$ > inner; exec sleep 600' & echo $$ > pid; wait"
    attempt = driver.start(bash(script))
    driver.until(lambda: _has_text(tmp_path / "pid") and _has_text(tmp_path / "inner"))
    os.kill(nursery.pid, signal.SIGKILL)
    outcome = driver.outcome(attempt.id)
    assert outcome.ending is Ending.ERRORED
    assert outcome.reason == "the process that starts steps ended: SIGKILL"
    driver.until(lambda: not _alive(tmp_path / "pid", tmp_path / "inner"))
    assert driver.run(bash("true")).ending is Ending.SUCCEEDED
    driver.close()


def test_attempt_begun_after_the_nursery_was_lost_has_an_outcome(
    tmp_path: Path,
) -> None:
    nursery = Nursery.spawn()
    driver = Driver(tmp_path, lambda loop, take: ProcessRunner(loop, nursery, take))
    os.kill(nursery.pid, signal.SIGKILL)
    os.waitid(os.P_PID, nursery.pid, os.WEXITED | os.WNOWAIT)
    assert driver.run(bash("true")).ending is Ending.ERRORED
    assert driver.run(bash("true")).ending is Ending.SUCCEEDED
    driver.close()


def test_arguments_of_all_kinds_reach_the_function(
    driver: Driver, tmp_path: Path
) -> None:
    from couler_jupyter.engines.local.attempt import DictOf, Inline, ListOf
    from couler_jupyter.engines.local.values import write_value

    write_value(tmp_path / "v", [{"score": {1, 2}}, None])
    part = ValueFile(tmp_path / "v", (0, "score"))
    call = driver.function(
        "def step(*args, **more):\n    return repr((args, more))\n",
        {"plain": [1, None]},
        part,
        FilePath(tmp_path / "v"),
        ListOf((part, Inline(2))),
        both=DictOf((("a", part), ("b", ListOf(())))),
    )
    told = json.loads(driver.run(call).value)
    assert told == (
        f"(({{'plain': [1, None]}}, {{1, 2}}, PosixPath('{tmp_path}/v'), "
        "[{1, 2}, 2]), {'both': {'a': {1, 2}, 'b': []}})"
    )


def _dedent(source: str) -> str:
    from textwrap import dedent

    return dedent(source)


def _has_text(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _alive(*files: Path) -> list[int]:
    """Return which of the processes named in files are running, zombies left out."""
    found: list[int] = []
    for pid in (int(path.read_text()) for path in files):
        try:
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
        except psutil.NoSuchProcess:
            continue
    return found
