"""Processes for heavy work: warm, ended in the middle of a job, replaced, and gone with the service."""

import asyncio
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from chainrule.app.heavy import process
from chainrule.app.heavy.job import Job
from chainrule.app.heavy.processes import Processes
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.errors import ProgramError

ROOT = Path(__file__).resolve().parents[3]
HELPERS = ROOT / "tests" / "helpers"
MODULE = "heavy_jobs"

sys.path.append(str(HELPERS))
jobs = import_module(MODULE)
"""Jobs, under a name that the processes find too."""


@pytest.fixture(autouse=True, scope="module")
def _found_by_processes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(HELPERS))
        yield


ends = []
"""How each job of the pool ended."""


@pytest.fixture(scope="module")
def pool(_found_by_processes):
    made = Processes(1, 60.0, 10**12, MODULE, ends.append)
    yield made
    made.close()


def do(pool, work, *arguments, key="k"):
    return asyncio.run(pool.submit(Job(key, work, arguments)))


async def started(path: Path) -> int:
    """Wait until a job has written its process's id, and return it."""
    async with asyncio.timeout(60):
        while not path.exists() or not path.read_text():
            await asyncio.sleep(0.01)
    return int(path.read_text())


def is_there(pid: int) -> bool:
    """Whether a process runs, but for one that has ended and that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def gone(pid: int) -> None:
    async with asyncio.timeout(60):
        while is_there(pid):
            await asyncio.sleep(0.01)


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_process_stays_warm(pool):
    first, second = do(pool, jobs.count).split(), do(pool, jobs.count).split()
    assert first[0] == second[0] == str(pool.pids[0]).encode()
    assert int(second[1]) == int(first[1]) + 1


def test_errors_of_ours_arrive_whole_and_others_as_a_failure(pool):
    with pytest.raises(ProgramError) as misread:
        do(pool, jobs.misread)
    assert (misread.value.line, misread.value.end_column, misread.value.name) == (3, 5, "x")
    assert misread.value.message.ko == "틀림"
    with pytest.raises(ProblemError) as refused:
        do(pool, jobs.refuse)
    assert (refused.value.kind, refused.value.more, refused.value.headers) == (
        "memory",
        {"name": "y"},
        {"Retry-After": "7"},
    )
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        do(pool, jobs.divide)


def test_a_job_that_nobody_waits_for_ends_and_its_process_stays_warm(pool, tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_STOP_SECONDS", 60.0)  # on a busy machine it may take a while to hear of it

    async def story():
        asked = asyncio.create_task(pool.submit(Job("k", jobs.spin, (str(tmp_path / "pid"),))))
        pid = await started(tmp_path / "pid")
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert ends[-1] == "left"
        warm = await pool.submit(Job("k", jobs.count))
        assert int(warm.split()[0]) == pid
        before = processor_seconds(pid)
        await asyncio.sleep(0.2)
        assert processor_seconds(pid) - before < 0.1

    asyncio.run(story())


def test_a_job_that_cannot_be_interrupted_is_ended_with_its_process(pool, tmp_path):
    async def story():
        asked = asyncio.create_task(pool.submit(Job("k", jobs.hold, (str(tmp_path / "pid"),))))
        pid = await started(tmp_path / "pid")
        asked.cancel()
        await gone(pid)
        assert int((await pool.submit(Job("k", jobs.count))).split()[0]) != pid

    asyncio.run(story())


def test_a_queued_job_that_nobody_waits_for_is_never_done(pool, tmp_path):
    async def story():
        running = asyncio.create_task(pool.submit(Job("k", jobs.spin, (str(tmp_path / "pid"),))))
        await started(tmp_path / "pid")
        queued = asyncio.create_task(pool.submit(Job("k", jobs.spin, (str(tmp_path / "never"),))))
        await asyncio.sleep(0)
        queued.cancel()
        running.cancel()
        await asyncio.wait([queued, running])
        await pool.submit(Job("k", jobs.count))
        assert not (tmp_path / "never").exists()

    asyncio.run(story())


def test_past_the_deadline_the_answer_says_what_took_so_long(pool, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "_seconds", 0.05)
    with pytest.raises(ProblemError) as late:
        do(pool, jobs.spin, str(tmp_path / "pid"))
    assert late.value.kind == "deadline"
    assert ends[-1] == "late"
    assert "took longer than 0.05 s" in late.value.detail.en
    assert "0.05초보다 오래 걸려" in late.value.detail.ko
    monkeypatch.setattr(pool, "_seconds", 60.0)
    assert do(pool, jobs.count)


def test_a_process_that_dies_is_replaced_and_the_job_done_again_once(pool, tmp_path):
    assert do(pool, jobs.end_once, str(tmp_path / "been")) == b"again"
    with pytest.raises(ProblemError) as lost:
        do(pool, jobs.end)
    assert lost.value.kind == "deadline"
    assert ends[-2:] == ["answered", "lost"]


def test_a_process_that_has_grown_is_replaced():
    pool = Processes(1, 60.0, 100_000_000, MODULE)
    try:
        first = do(pool, jobs.fill)
        assert do(pool, jobs.count).split()[0] != first
    finally:
        pool.close()


def test_jobs_go_where_their_key_is_warm_unless_that_is_busy(tmp_path):
    pool = Processes(2, 60.0, 10**12, MODULE)

    async def story():
        async def where(key):
            return (await pool.submit(Job(key, jobs.count))).split()[0]

        both = [asyncio.create_task(where(key)) for key in "ab"]
        a, b = await asyncio.gather(*both)
        assert a != b
        assert [await where(key) for key in "abba"] == [a, b, b, a]
        busy = asyncio.create_task(pool.submit(Job("a", jobs.spin, (str(tmp_path / "pid"),))))
        await started(tmp_path / "pid")
        assert await where("a") == b
        busy.cancel()

    try:
        asyncio.run(story())
    finally:
        pool.close()


def test_closing_ends_processes_and_jobs(tmp_path):
    async def story():
        pool = Processes(1, 60.0, 10**12, MODULE)
        asked = asyncio.create_task(pool.submit(Job("k", jobs.hold, (str(tmp_path / "pid"),))))
        pid = await started(tmp_path / "pid")
        pool.close()
        with pytest.raises(ProblemError):
            await asked
        await gone(pid)
        with pytest.raises(ProblemError):
            await pool.submit(Job("k", jobs.count))

    asyncio.run(story())


_PARENT = """
import asyncio, sys
from chainrule.app.heavy.job import Job
from chainrule.app.heavy.processes import Processes
import heavy_jobs as jobs
asyncio.run(Processes(1, 60.0, 10**12, "heavy_jobs").submit(Job("k", jobs.spin, (sys.argv[1],))))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_no_process_outlives_a_killed_service(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path / "pid")], cwd=ROOT)
    pid = asyncio.run(started(tmp_path / "pid"))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    asyncio.run(gone(pid))


def test_a_process_imports_no_web_framework():
    code = (
        "import sys, chainrule.app.heavy.__main__, chainrule.app.answers.all\n"
        "print([name for name in ('fastapi', 'pydantic', 'starlette') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
