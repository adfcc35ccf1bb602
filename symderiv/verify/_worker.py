"""Time limits that hold: checkers that may hang run in a child process, reused from claim to claim.

``call`` sends a claim to the child of a given name and waits; a child that does not answer in time is
killed and the claim is undecided.  Inside the child the checker is interrupted a little earlier by
:class:`TimeUp`, so that it can report how far it came.  Only objects of this package travel, by
pickle, through pipes between a process and its own child.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from symderiv.definitions import Claim
from symderiv.verify.verdict import Verdict

_GRACE = 2.0  # seconds between the interruption inside a child and its end
_START = 60.0  # seconds a child may take to import what it needs


class TimeUp(BaseException):
    """The time given to a checker is used up (not an Exception: no handler may swallow it)."""


class _Child:
    """One child process and the thread that reads its answers."""

    def __init__(self, module: str) -> None:
        root = str(Path(__file__).resolve().parents[2])
        code = (
            "import sys; sys.path.insert(0, sys.argv[1]); "
            "from symderiv.verify import _worker; _worker.serve()"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", code, root, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        self.owner = os.getpid()  # a forked copy of this process must not use the same pipes
        self.answers: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.ready = False

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        try:
            while True:
                self.answers.put(_receive(out))
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            self.answers.put(None)

    def ask(self, request: Any, seconds: float) -> Any:
        """The answer, or None when there was none in time (the child is then gone)."""
        try:
            if not self.ready:
                self.ready = self.answers.get(timeout=_START) == "ready"
            assert self.process.stdin is not None
            _send(self.process.stdin, request)
            answer = self.answers.get(timeout=seconds)
        except (queue.Empty, OSError, ValueError):
            answer = None
        if answer is None:
            self.end()
        return answer

    def end(self) -> None:
        """Kill the child and wait for it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


_children: dict[str, _Child] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def call(name: str, module: str, claim: Claim, options: dict[str, Any], seconds: float) -> Verdict:
    """``module.run(claim, **options)`` in the child called ``name``, within ``seconds`` and a grace."""
    with _guard:
        lock = _locks.setdefault(name, threading.Lock())
    with lock:
        child = _children.get(name)
        if child is not None and child.owner == os.getpid() and child.process.poll() is not None:
            child.end()
            child = None
        if child is None or child.owner != os.getpid():
            child = _children[name] = _Child(module)
        answer = child.ask((claim, options, seconds), seconds + _GRACE)
        if answer is None:
            _children.pop(name, None)
            return Verdict("undecided", f"no answer within {seconds:g} s", seconds=seconds)
    return answer if isinstance(answer, Verdict) else Verdict("undecided", str(answer))


@atexit.register
def _end_all() -> None:
    for child in _children.values():
        if child.owner == os.getpid():
            child.end()
    _children.clear()


# --- inside the child -----------------------------------------------------------------------------


def serve() -> None:
    """Answer claims from stdin until it closes."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints goes to stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = importlib.import_module(sys.argv[2]).run
    _send(sink, "ready")
    while True:
        try:
            claim, options, seconds = _receive(source)
        except EOFError:
            return
        try:
            with interrupted(seconds):
                answer = run(claim, **options)
        except TimeUp:
            answer = Verdict("undecided", f"time ran out after {seconds:g} s", seconds=seconds)
        except Exception as error:
            answer = Verdict("undecided", f"the checker failed: {type(error).__name__}: {error}"[:300])
        _send(sink, answer)


@contextlib.contextmanager
def interrupted(seconds: float) -> Any:
    """Raise :class:`TimeUp` in this (main) thread after ``seconds``, where the system has such a timer."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_signal: int, _frame: Any) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _send(pipe: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value)
    pipe.write(len(data).to_bytes(8, "big") + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(8)
    if len(head) < 8:
        raise EOFError
    return pickle.loads(pipe.read(int.from_bytes(head, "big")))
