"""C text -> shared library on disk, compiled once and then found again.

A library is kept in a cache folder as ``<key>-<digest>.so``. The key is a hash of everything that decides the
result (source, flags, compiler, platform); the digest is a hash of the library's own bytes. One name
therefore says both which library a file is and whether it is whole: a truncated or altered file no longer
matches its name and is built anew, and a file appears under its name in one step, so two processes never see
half of one.

Environment variables:

``CC``
    The compiler command, with arguments if need be (``ccache gcc``). Otherwise the first of ``cc``, ``gcc``,
    ``clang`` that is found, then ``python -m ziglang cc`` where that package is installed.
``SYMDERIV_CACHE``
    The cache folder; otherwise ``$XDG_CACHE_HOME/symderiv`` or ``~/.cache/symderiv``. A private folder of the
    system's temporary folder stands in where it cannot be written.
``SYMDERIV_NO_COMPILER``
    Set to anything but ``0``: behave as if there were no compiler.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DEFAULT_FLAGS: tuple[str, ...] = (
    "-O2",  # and of -O3 what the kernels gain from, in half its time
    "-ftree-vectorize",
    "-fvect-cost-model=dynamic",
    "-fpeel-loops",
    "-std=c99",
    "-fPIC",
    "-shared",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=fast",
    "-DSYMDERIV_FENV",
    "-lm",  # only for feholdexcept and fesetenv, off x86-64: the kernels themselves call nothing
)

_TIMEOUT_S = 300
_LAYOUT = "1"  # part of every key: raise it when the calling convention of the loops changes
_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


class BuildError(RuntimeError):
    """Generated C could not be turned into something callable."""


class CompilerMissing(BuildError):
    """There is no C compiler to call; the message says where one was sought."""


class CompileFailed(BuildError):
    """The compiler was there and refused, or its output cannot be loaded; ``stderr`` holds its words."""

    def __init__(self, message: str, stderr: str = "") -> None:
        super().__init__(f"{message}\n{stderr}".rstrip() if stderr else message)
        self.message = message
        self.stderr = stderr

    def __reduce__(self) -> tuple[type[CompileFailed], tuple[str, str]]:
        return type(self), (self.message, self.stderr)


@dataclass(frozen=True)
class Compiler:
    """A C compiler: the words that call it, and the first line it prints about itself."""

    command: tuple[str, ...]
    version: str

    def __str__(self) -> str:
        return f"{shlex.join(self.command)} ({self.version})"


def env_flag(name: str) -> bool:
    """Whether an environment variable is set to something other than empty or ``0``."""
    return os.environ.get(name, "") not in ("", "0")


def find_compiler() -> Compiler:
    """The C compiler to use, identified; raises `CompilerMissing` where there is none."""
    if env_flag("SYMDERIV_NO_COMPILER"):
        raise CompilerMissing("no C compiler: SYMDERIV_NO_COMPILER is set")
    chosen = os.environ.get("CC", "").strip()
    return _find_compiler(chosen, os.environ.get("PATH", ""))


@lru_cache(maxsize=8)
def _find_compiler(chosen: str, search_path: str) -> Compiler:
    candidates: list[list[str]] = [shlex.split(chosen)] if chosen else [["cc"], ["gcc"], ["clang"]]
    refusals: list[str] = []
    if not chosen and importlib.util.find_spec("ziglang") is not None:
        # zig's own default is the machine at hand; a cached library must run on its plainer siblings too
        candidates.append([sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline"])
    for words in candidates:
        program = shutil.which(words[0], path=search_path)
        if program is None:
            refusals.append(f"{words[0]}: not found")
            continue
        command = (program, *words[1:])
        try:
            answer = _call([*command, "--version"], cwd=None)
        except (OSError, subprocess.SubprocessError) as error:
            refusals.append(f"{shlex.join(words)}: {error}")
            continue
        if answer.returncode == 0 and answer.stdout.strip():
            return Compiler(command, answer.stdout.strip().splitlines()[0])
        refusals.append(f"{shlex.join(words)}: does not answer --version")
    where = "CC names no usable C compiler" if chosen else "no C compiler"
    raise CompilerMissing(f"{where} ({'; '.join(refusals)})")


#: Levels of x86-64, the highest first, and what the kernel of Linux says of a processor that has them.
_LEVELS = {
    "x86-64-v4": "avx512f avx512bw avx512cd avx512dq avx512vl avx2 bmi1 bmi2 fma f16c abm movbe",
    "x86-64-v3": "avx2 bmi1 bmi2 fma f16c abm movbe",
}


@lru_cache(maxsize=8)
def machine_flags(compiler: Compiler) -> tuple[str, ...]:
    """Flags for the level of x86-64 that this processor has: the code that a binary for all of them would
    choose here, in a third of the time to compile. Empty where that is not known, or not to this compiler."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return ()
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ()
    has = set(next((line for line in text.splitlines() if line.startswith("flags")), "").split())
    for level, wanted in _LEVELS.items():
        if has.issuperset(wanted.split()):
            probe = [*compiler.command, f"-march={level}", "-E", "-x", "c", os.devnull]
            try:
                known = _call(probe, cwd=None).returncode == 0
            except (OSError, subprocess.SubprocessError):
                known = False
            return (f"-march={level}", "-DSD_ONE_TARGET") if known else ()
    return ()


def cache_directory() -> Path:
    """The cache folder that would be used first (it need not exist yet)."""
    if chosen := os.environ.get("SYMDERIV_CACHE"):
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():
        return Path(base) / "symderiv"
    try:
        return Path.home() / ".cache" / "symderiv"
    except RuntimeError:  # no home folder at all
        return _private_temporary()


def cache_key(source: str, flags: tuple[str, ...], compiler: Compiler) -> str:
    """Hash of all that decides what the compiler writes."""
    parts = [_LAYOUT, source, *flags, "", *compiler.command, "", compiler.version]
    parts += [sys.platform, platform.machine(), str(ctypes.sizeof(ctypes.c_void_p))]
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode()
        whole.update(len(data).to_bytes(8, "little") + data)
    return whole.hexdigest()[:32]


def compile_shared(source: str, *, flags: tuple[str, ...] = DEFAULT_FLAGS) -> Path:
    """Compile C source to a shared library and return its path; a library built before is found, not rebuilt.

    Raises `CompilerMissing` or `CompileFailed`. Safe when several processes or threads ask at once.
    """
    compiler = find_compiler()
    flags = (*flags, *machine_flags(compiler)) if flags == DEFAULT_FLAGS else tuple(flags)
    key = cache_key(source, flags, compiler)
    refusals: list[str] = []
    for folder in _folders():
        if (found := _find(folder, key)) is not None:
            return found
        try:
            with _workshop(folder) as room:
                library = _compile(source, flags, compiler, room)
                if (found := _find(folder, key)) is not None:  # another process was faster
                    return found
                target = folder / f"{key}-{_digest(library)}{_SUFFIX}"
                os.replace(library, target)
                return target
        except OSError as error:
            refusals.append(f"{folder}: {error}")
    raise CompileFailed("no cache folder can be written: " + "; ".join(refusals))


def open_shared(source: str, *, flags: tuple[str, ...] = DEFAULT_FLAGS) -> ctypes.CDLL:
    """`compile_shared`, then load the library; one that does not load is thrown away and built once more."""
    path = compile_shared(source, flags=flags)
    try:
        return ctypes.CDLL(str(path))
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
    path = compile_shared(source, flags=flags)
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise CompileFailed(f"the compiled library {path} cannot be loaded: {error}") from error


def _compile(source: str, flags: tuple[str, ...], compiler: Compiler, room: Path) -> Path:
    """One run of the compiler in an empty folder; file names are fixed, so that none gets into the output."""
    (room / "kernel.c").write_bytes(source.encode())
    output = f"kernel{_SUFFIX}"
    libraries = [flag for flag in flags if flag.startswith("-l")]  # the linker wants them after the source
    options = [flag for flag in flags if flag not in libraries]
    if sys.platform == "win32":
        options = [flag for flag in options if flag != "-fPIC"]
    command = [*compiler.command, *options, "-o", output, "kernel.c", *libraries]
    try:
        answer = _call(command, cwd=room)
    except subprocess.TimeoutExpired as error:
        raise CompileFailed(f"{compiler} did not finish within {_TIMEOUT_S} s") from error
    except OSError as error:
        raise CompileFailed(f"{compiler} cannot be started: {error}") from error
    if answer.returncode != 0:
        raise CompileFailed(
            f"{shlex.join(command)} failed with exit status {answer.returncode}", answer.stderr
        )
    if not (room / output).is_file():
        raise CompileFailed(f"{shlex.join(command)} wrote no library", answer.stderr)
    return room / output


def _call(command: list[str], cwd: Path | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=_TIMEOUT_S,
        check=False,
    )


def _folders() -> Iterator[Path]:
    """The cache folders, in the order they are tried."""
    yield cache_directory()
    yield _private_temporary()


@contextlib.contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """An empty folder inside the cache (same file system, so that the result can be renamed into place)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=".build-", dir=folder))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _find(folder: Path, key: str) -> Path | None:
    """The library of that key, if one is there and whole. Damaged ones are removed where that is possible."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.startswith(key) and name.endswith(_SUFFIX))
    except OSError:
        return None
    for name in names:
        path = folder / name
        try:
            if name == f"{key}-{_digest(path)}{_SUFFIX}":
                return path
            path.unlink()
        except OSError:
            continue
    return None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _private_temporary() -> Path:
    """A folder for this user below the system's temporary folder that no other user can have planted."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"symderiv-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
        ours = not hasattr(os, "getuid") or (facts.st_uid == user and not facts.st_mode & 0o022)
        if stat.S_ISDIR(facts.st_mode) and ours:
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="symderiv-"))
