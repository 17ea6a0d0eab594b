"""The one native extension: what pyproject.toml cannot say, because it depends on the compiler.

The kernel is plain C11 against Python's limited API of 3.11, so one wheel per platform
(tagged ``cp311-abi3``) serves every supported Python.
"""

from __future__ import annotations

from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

NATIVE = "src/detente/model/native"

FLAGS = {
    # No fused multiply-adds: the same numbers on every machine. The two -fno let comparisons
    # become vector instructions and change no result. -O3 unrolls the loops over lanes before
    # they can become vector instructions: twice as slow. No debugging symbols, which Python's
    # own flags ask for: they are three quarters of the file.
    "unix": [
        "-O2",
        "-ftree-vectorize",
        "-g0",
        "-std=c11",
        "-ffp-contract=off",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-Wall",
        "-Wextra",
    ],
    "msvc": ["/O2", "/std:c11", "/fp:precise"],
}


class BuildKernel(build_ext):
    """Builds with the flags of the compiler at hand."""

    def build_extensions(self) -> None:
        """Give each extension its flags, then build."""
        family = "msvc" if self.compiler.compiler_type == "msvc" else "unix"
        for extension in self.extensions:
            extension.extra_compile_args = FLAGS[family]
        super().build_extensions()


setup(
    ext_modules=[
        Extension(
            "detente.model._kernel",
            sources=[
                f"{NATIVE}/{name}.c"
                for name in ("module", "judge_baseline", "judge_v3", "judge_v4")
            ],
            depends=["setup.py", *map(str, Path(NATIVE).iterdir())],
            define_macros=[("Py_LIMITED_API", "0x030B0000")],
            py_limited_api=True,
        )
    ],
    cmdclass={"build_ext": BuildKernel},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
