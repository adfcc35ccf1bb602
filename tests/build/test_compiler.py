"""C text -> shared library: found again, whole or not at all, and clear words where it fails."""

from __future__ import annotations

import ctypes
import os
import pickle
import shlex
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from symderiv.build import compiler as build
from symderiv.build.compiler import CompileFailed, CompilerMissing, compile_shared, open_shared

ANSWER = "int answer(void) { return 42; }\n"
BROKEN = "int answer(void) { return nonsense; }\n"


def libraries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".so", ".dylib", ".dll"))


def count_compilations(monkeypatch) -> list[Path]:
    """A list that grows by one with every run of the compiler."""
    runs: list[Path] = []
    compile_once = build._compile

    def counting(source, flags, compiler, room):
        runs.append(room)
        return compile_once(source, flags, compiler, room)

    monkeypatch.setattr(build, "_compile", counting)
    return runs


def test_compiles_once_and_finds_it_again(compiler, cache, monkeypatch):
    runs = count_compilations(monkeypatch)
    first = compile_shared(ANSWER)
    assert ctypes.CDLL(str(first)).answer() == 42
    assert compile_shared(ANSWER) == first
    assert len(runs) == 1
    assert first.parent == cache
    assert os.listdir(cache) == [first.name], "nothing is left beside the library"


def test_source_flags_and_compiler_decide_the_key(compiler, cache):
    def key(source=ANSWER, flags=build.DEFAULT_FLAGS, command=compiler.command, version=compiler.version):
        return build.cache_key(source, flags, build.Compiler(command, version))

    keys = {
        key(),
        key(source=ANSWER + "\n"),
        key(flags=(*build.DEFAULT_FLAGS, "-DX")),
        key(flags=(*build.DEFAULT_FLAGS, "-D", "X")),
        key(command=("other",)),
        key(version="another 1.0"),
    }
    assert len(keys) == 6
    assert key() == key()


def test_default_flags_keep_ieee_arithmetic():
    assert "-ffast-math" not in build.DEFAULT_FLAGS
    assert "-ffp-contract=fast" in build.DEFAULT_FLAGS  # the helpers are tested with and without
    assert not any(flag.startswith("-march") for flag in build.DEFAULT_FLAGS)


@pytest.mark.parametrize("keep", [0, 100, -1])
def test_a_damaged_library_is_rebuilt(compiler, cache, monkeypatch, keep):
    path = compile_shared(ANSWER)
    whole = path.read_bytes()
    path.unlink()  # a new file: the old one may be mapped into this process
    path.write_bytes(whole[:keep])
    runs = count_compilations(monkeypatch)
    assert open_shared(ANSWER).answer() == 42
    assert len(runs) == 1
    (rebuilt,) = libraries(cache)
    assert rebuilt == compile_shared(ANSWER)
    assert len(rebuilt.read_bytes()) == len(whole)


def test_a_library_that_does_not_load_is_rebuilt_once(compiler, cache, monkeypatch):
    path = compile_shared(ANSWER)
    path.unlink()
    text = b"no library, yet whole by its name"
    path = path.with_name(
        f"{path.name.split('-')[0]}-{build.hashlib.sha256(text).hexdigest()[:32]}{path.suffix}"
    )
    path.write_bytes(text)
    assert compile_shared(ANSWER) == path
    assert open_shared(ANSWER).answer() == 42
    assert not path.exists()


def test_a_library_that_never_loads_is_an_error(compiler, cache, monkeypatch):
    def useless(source, flags, compiler, room):
        (room / "kernel").write_bytes(b"no library")
        return room / "kernel"

    monkeypatch.setattr(build, "_compile", useless)
    with pytest.raises(CompileFailed, match="cannot be loaded"):
        open_shared(ANSWER)


def test_refused_source_carries_the_compilers_words(compiler, cache):
    with pytest.raises(CompileFailed, match="exit status 1") as caught:
        compile_shared(BROKEN)
    assert "nonsense" in caught.value.stderr
    assert "nonsense" in str(caught.value)
    assert "nonsense" in pickle.loads(pickle.dumps(caught.value)).stderr
    assert os.listdir(cache) == []


def test_no_compiler_by_request(monkeypatch, cache):
    monkeypatch.setenv("SYMDERIV_NO_COMPILER", "1")
    with pytest.raises(CompilerMissing, match="SYMDERIV_NO_COMPILER"):
        compile_shared(ANSWER)
    assert not cache.exists()


def test_no_compiler_on_the_machine(monkeypatch, cache, tmp_path):
    monkeypatch.delenv("SYMDERIV_NO_COMPILER", raising=False)
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CompilerMissing, match="cc: not found; gcc: not found; clang: not found"):
        compile_shared(ANSWER)


def test_cc_names_the_compiler_and_nothing_else_is_tried(compiler, cache, monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler -m64")
    with pytest.raises(CompilerMissing, match="CC names no usable C compiler"):
        compile_shared(ANSWER)
    monkeypatch.setenv("CC", f"{shlex.join(compiler.command)} -DEXTRA=1")
    assert build.find_compiler().command[-1] == "-DEXTRA=1"
    assert open_shared(ANSWER + "int extra = EXTRA;\n").answer() == 42


@pytest.mark.skipif(os.name != "posix", reason="needs a shell script as compiler")
@pytest.mark.parametrize(("body", "message"), [("exit 3", "exit status 3"), ("exit 0", "wrote no library")])
def test_broken_compiler(tmp_path, cache, monkeypatch, body, message):
    script = tmp_path / "broken-cc"
    script.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then echo broken 1.0; exit 0; fi\n{body}\n')
    script.chmod(0o755)
    monkeypatch.delenv("SYMDERIV_NO_COMPILER", raising=False)
    monkeypatch.setenv("CC", str(script))
    with pytest.raises(CompileFailed, match=message):
        compile_shared(ANSWER)


def test_a_cache_that_cannot_be_written_gives_way_to_a_private_one(compiler, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("a file where the folder should be")
    monkeypatch.setenv("SYMDERIV_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(build.tempfile, "tempdir", str(tmp_path))
    build._private_temporary.cache_clear()
    try:
        path = compile_shared(ANSWER)
        assert path.parent.parent == tmp_path
        assert ctypes.CDLL(str(path)).answer() == 42
        assert compile_shared(ANSWER) == path
        if hasattr(os, "getuid"):
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        build._private_temporary.cache_clear()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root writes everywhere")
def test_a_read_only_cache_is_still_read(compiler, cache, monkeypatch):
    path = compile_shared(ANSWER)
    cache.chmod(0o500)
    try:
        assert compile_shared(ANSWER) == path
        assert compile_shared(ANSWER + "\n").parent != cache
    finally:
        cache.chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs POSIX owners")
def test_a_temporary_folder_that_others_can_write_is_not_trusted(tmp_path, monkeypatch):
    planted = tmp_path / f"symderiv-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    monkeypatch.setattr(build.tempfile, "tempdir", str(tmp_path))
    build._private_temporary.cache_clear()
    try:
        assert build._private_temporary() != planted
    finally:
        build._private_temporary.cache_clear()


def test_the_cache_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SYMDERIV_CACHE", str(tmp_path / "own"))
    assert build.cache_directory() == tmp_path / "own"
    monkeypatch.delenv("SYMDERIV_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert build.cache_directory() == tmp_path / "xdg" / "symderiv"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative is to be ignored")
    assert build.cache_directory() == Path.home() / ".cache" / "symderiv"


def test_threads_and_processes_at_once(compiler, cache):
    program = (
        "import sys; from symderiv.build import open_shared; "
        "assert open_shared(sys.argv[1]).answer() == 42; print('ok')"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(build.__file__).parents[2])}
    children = [
        subprocess.Popen([sys.executable, "-c", program, ANSWER], env=environment, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    with ThreadPoolExecutor(4) as pool:
        assert [library.answer() for library in pool.map(open_shared, [ANSWER] * 8)] == [42] * 8
    assert [child.communicate()[0].strip() for child in children] == [b"ok"] * 3
    assert {path.name.split("-")[0] for path in cache.iterdir()} == {
        compile_shared(ANSWER).name.split("-")[0]
    }
