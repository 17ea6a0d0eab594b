"""Those who do the work of a big run: processes on this machine, or a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import pickle
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from importlib import import_module
from time import monotonic
from typing import Any, Protocol

from detente.bulk.request import Task, versions
from detente.bulk.work import Done, Job, refuse_other_versions
from detente.errors import DetenteError, RequestError, WorkError
from detente.verdict.processes import Processes

#: Seconds after which a scheduler that does not answer counts as lost.
PATIENCE = 10.0
#: Schemes of addresses that need certificates.
SECURE = ("tls", "wss")
#: Seconds between two looks at how many workers there are.
LOOK = 5.0


class Workers(Protocol):
    """Those who do the tasks, wherever they are."""

    @property
    def count(self) -> int:
        """How many tasks are done at a time."""
        ...

    def submit(self, task: Task) -> Future[Any]:
        """Have *task* done; the future is for :meth:`take`."""
        ...

    def take(self, future: Future[Any]) -> Done:
        """Return what a task yields that is done; WorkError where it is lost."""
        ...

    def check(self) -> None:
        """Raise WorkError where nobody is there any more to do it."""
        ...

    def shutdown(self) -> None:
        """Let go of all of them; nothing is waited for."""
        ...


class Local:
    """Processes on this machine."""

    def __init__(self, job: Job, count: int) -> None:
        self.count = count
        self._processes: Processes[Done] = Processes(job, count)

    def submit(self, task: Task) -> Future[Done]:
        """Have *task* done."""
        return self._processes.submit(task)

    def take(self, future: Future[Done]) -> Done:
        """Return what a task yields."""
        return future.result()

    def check(self) -> None:
        """Do nothing: a process that is lost is replaced."""

    def shutdown(self) -> None:
        """End all processes."""
        self._processes.shutdown()


class Cluster:
    """A Dask cluster, through its scheduler.

    The job goes there once, as a task of its own: workers hand it on to one another, and it is
    made again where all that had it are lost. A task whose worker is lost is done by another; the
    scheduler gives up after some times (``distributed.scheduler.allowed-failures``).

    What tasks yield stays with the workers until it is taken, so a client whose disk is slower than
    many workers does not fill its memory, as Dask's own executor would have it do.

    Raises:
        RequestError: where ``detente[cluster]`` is not installed, nobody answers at *address*,
            or the workers have other software.
    """

    def __init__(self, job: Job, address: str) -> None:
        try:
            distributed: Any = import_module("distributed")  # an extra
        except ImportError as error:
            raise RequestError(
                "a cluster needs what is not installed here: pip install 'detente[cluster]'"
            ) from error
        self.address = address
        self._levels = _silenced("distributed")
        try:
            # What cannot be reached at all would otherwise leave a client that never ends.
            _check_address(address)
            self._client: Any = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError) as error:
            why = " ".join(str(error).split())[:300]
            self._speak()
            raise RequestError(f"no Dask scheduler can be reached at {address}: {why}") from error
        self._killed = distributed.KilledWorker
        self._silent_since: float | None = None
        self._count, self._looked = 1, 0.0
        try:
            self._probe()
            self._job: Any = self._client.submit(_unpacked, pickle.dumps(job), pure=False)
        except BaseException:
            self.shutdown()
            raise

    def _probe(self) -> None:
        """Refuse workers with other software before anything is sent that they may misread."""
        try:
            self._gathered(self._client.submit(refuse_other_versions, versions(), pure=False))
        except DetenteError:
            raise
        except Exception as error:
            why = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise RequestError(
                f"the workers at {self.address} cannot do this ({why}): install the same version of"
                " detente there"
            ) from error

    @property
    def count(self) -> int:
        """Threads of all workers that are there now; one while there is none."""
        if monotonic() - self._looked > LOOK and self._client.status == "running":
            self._looked = monotonic()
            with suppress(OSError):  # just lost: the next check sees to it
                self._count = max(1, sum(self._client.nthreads().values()))
        return self._count

    def submit(self, task: Task) -> Future[Any]:
        """Have *task* done; the future holds Dask's, once that is done."""
        done: Future[Any] = Future()
        try:
            future = self._client.submit(_performed, self._job, task, pure=False)
            future.add_done_callback(done.set_result)
        except Exception as error:
            if self._client.status == "running":
                raise
            raise WorkError(self._is_gone) from error
        return done

    def take(self, future: Future[Any]) -> Done:
        """Return what a task yields, from the worker that did it."""
        found: Done = self._gathered(future.result())
        return found

    def _gathered(self, future: Any) -> Any:  # noqa: ANN401 (Dask's)
        try:
            return future.result()
        except self._killed as error:
            raise WorkError(
                f"workers at {self.address} ended again and again at the same work, perhaps for"
                " want of memory"
            ) from error
        except (CancelledError, asyncio.CancelledError) as error:
            raise WorkError(f"the scheduler at {self.address} has lost the work") from error

    def check(self) -> None:
        """Raise WorkError where the scheduler has not answered for :data:`PATIENCE` seconds."""
        if self._client.status == "running":
            self._silent_since = None
            return
        self._silent_since = self._silent_since or monotonic()
        if self._client.status == "closed" or monotonic() - self._silent_since > PATIENCE:
            raise WorkError(self._is_gone)

    @property
    def _is_gone(self) -> str:
        return f"the scheduler at {self.address} does not answer any more"

    def shutdown(self) -> None:
        """Let go of the cluster, which stays."""
        self._client.close(timeout=2)
        self._speak()

    def _speak(self) -> None:
        for logger, level in self._levels.items():
            logger.setLevel(level)


def _check_address(address: str) -> None:
    """Raise ValueError where *address* is none, or wants certificates that Dask has not."""
    scheme, place = import_module("distributed.comm").parse_address(address)
    import_module("distributed.comm.registry").get_backend(scheme)
    import_module("distributed.comm.addressing").parse_host_port(place)
    security = import_module("distributed.security").Security()
    if scheme in SECURE and not security.get_connection_args("client").get("ssl_context"):
        raise ValueError("it wants certificates: name them in the configuration of Dask")


def _silenced(name: str) -> dict[logging.Logger, int]:
    """Keep loggers of that name from speaking, what matters being raised; return their levels."""
    loggers = [logging.getLogger(each) for each in [*logging.root.manager.loggerDict]]
    found = {log: log.level for log in loggers if log.name.partition(".")[0] == name}
    for logger in found:
        logger.setLevel(logging.CRITICAL + 1)
    return found


def _unpacked(job: bytes) -> Job:
    found: Job = pickle.loads(job)  # noqa: S301 (of our own client)
    return found


def _performed(job: Job, task: Task) -> Done:
    return job(task)
