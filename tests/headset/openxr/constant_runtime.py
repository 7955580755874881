"""An OpenXR runtime of constant answers, compiled when it is wanted: `constant/runtime.c` tells what it answers."""

import json
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).parent / "constant" / "runtime.c"
COMPILERS = ("cc", "gcc", "clang")


class NoCompilerError(Exception):
    """There is no C compiler on this machine."""


def c_compiler() -> str:
    """The system's compiler. Raises NoCompilerError."""
    for name in COMPILERS:
        if found := shutil.which(name):
            return found
    raise NoCompilerError("needs a C compiler (Debian: gcc)")


def compile_c(source: Path, made: Path, *options: str) -> None:
    """Raises NoCompilerError."""
    subprocess.run([c_compiler(), "-std=gnu11", "-O2", "-o", str(made), str(source), *options], check=True)


def make_runtime(folder: Path) -> dict[str, str]:
    """Compile it into `folder`; the environment in which a program finds it. Raises NoCompilerError."""
    library, manifest = folder / "libconstant.so", folder / "constant.json"
    compile_c(SOURCE, library, "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror")
    described = {"file_format_version": "1.0.0", "runtime": {"library_path": str(library)}}
    manifest.write_text(json.dumps(described))
    return {"XR_RUNTIME_JSON": str(manifest)}
