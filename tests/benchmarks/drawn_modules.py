"""Draws the modules that written tests are measured on: three each of pure, classes, I/O and async, by a seed.

    python tests/benchmarks/drawn_modules.py CHECKOUTS PYTHON > tests/benchmarks/drawn_modules.toml

CHECKOUTS holds a plain checkout of each repository below as owner__name, and PYTHON can import all of them. What a
module is follows from its text by the rules here; it has 40 to 600 lines of code and at least four functions. At most
one module of a repository in each kind. The draw was made before the engine was written.
"""

import argparse
import ast
import random
import subprocess
import sys
from pathlib import Path

REPOSITORIES = {
    "aio-libs/yarl": ".",
    "arrow-py/arrow": ".",
    "borgbackup/borg": "src",
    "pallets/click": "src",
    "pallets/flask": "src",
    "pallets/quart": "src",
    "pallets/werkzeug": "src",
    "pypa/virtualenv": "src",
    "python-hyper/h2": "src",
    "python-trio/trio": "src",
    "sanic-org/sanic": ".",
    "simonw/sqlite-utils": ".",
    "urwid/urwid": ".",
}
KINDS = ("pure", "classes", "io", "async")
_LEFT_OUT = {"tests", "test", "docs", "examples", "_tests", "testing", "testsuite", "tasks", "guide", "scripts"}
_IO_MODULES = {
    "os",
    "io",
    "pathlib",
    "shutil",
    "tempfile",
    "subprocess",
    "socket",
    "sqlite3",
    "select",
    "zipfile",
    "mmap",
}
_IO_CALLS = {
    "open", "read", "write", "readline", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "makedirs",
    "unlink", "remove", "rename", "replace", "stat", "exists", "is_file", "is_dir", "listdir", "scandir", "iterdir",
    "glob", "rglob", "walk", "copyfile", "rmtree", "execute", "connect", "recv", "send", "run", "Popen", "check_output",
}  # fmt: skip


def kind_of(tree: ast.Module) -> str | None:
    """Which of the kinds a module is; None for one that is too small, or none of them."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    methods = [
        each for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for each in node.body if each in functions
    ]
    if len(functions) < 4:
        return None
    if sum(isinstance(node, ast.AsyncFunctionDef) for node in functions) >= 3:
        return "async"
    does_io = bool(_imported(tree) & _IO_MODULES)
    if does_io and sum(_called(node) in _IO_CALLS for node in ast.walk(tree) if isinstance(node, ast.Call)) >= 2:
        return "io"
    if len(methods) >= 5 and len(methods) >= 0.7 * len(functions):
        return "classes"
    plain = sum(isinstance(node, ast.FunctionDef) for node in tree.body)
    return "pure" if plain >= 0.5 * len(functions) and not does_io else None


def _imported(tree: ast.Module) -> set[str]:
    found = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    return found | {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def candidates(folder: Path) -> list[tuple[str, str, str, str]]:
    """Repository, root, path and kind of every module that fits."""
    found = []
    for repository, root in sorted(REPOSITORIES.items()):
        top = folder / repository.replace("/", "__") / root
        for file in sorted(top.rglob("*.py")):
            path = file.relative_to(top)
            if (
                _LEFT_OUT & set(path.parts)
                or file.stem.startswith("__")
                or file.stem in {"conftest", "setup", "_version"}
            ):
                continue
            text = file.read_text("utf-8", errors="replace")
            lines = sum(bool(line.strip()) and not line.strip().startswith("#") for line in text.splitlines())
            kind = kind_of(ast.parse(text)) if 40 <= lines <= 600 else None
            if kind:
                found.append((repository, root, path.as_posix(), kind))
    return found


def drawn(folder: Path, python: str, seed: int = 1) -> list[tuple[str, str, str, str]]:
    """Three modules of each kind that can be imported."""
    pool, chosen = candidates(folder), []
    random.Random(seed).shuffle(pool)
    for kind in KINDS:
        for one in pool:
            if one[3] != kind or (one[0], kind) in {(each[0], each[3]) for each in chosen}:
                continue
            if imports(folder, python, one):
                chosen.append(one)
            if sum(each[3] == kind for each in chosen) == 3:
                break
    return chosen


def imports(folder: Path, python: str, one: tuple[str, str, str, str]) -> bool:
    """Whether a module can be imported, alone, in ten seconds."""
    repository, root, path, _ = one
    name = path.removesuffix(".py").replace("/", ".")
    command = [python, "-c", f"import importlib; importlib.import_module({name!r})"]
    top = folder / repository.replace("/", "__") / root
    try:
        run = subprocess.run(
            command, cwd=top, capture_output=True, timeout=10, check=False, env={"PYTHONPATH": str(top)}
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


def main() -> None:
    """Prints the draw as TOML."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("python")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    pool = candidates(given.checkouts)
    counts = ", ".join(f"{sum(one[3] == kind for one in pool)} {kind}" for kind in KINDS)
    sys.stdout.write(f"# Drawn with seed {given.seed} from {len(pool)} modules: {counts}.\n")
    for repository, root, path, kind in drawn(given.checkouts, given.python, given.seed):
        sys.stdout.write(
            f'\n[[module]]\nrepository = "{repository}"\nroot = "{root}"\npath = "{path}"\nkind = "{kind}"\n'
        )


if __name__ == "__main__":
    main()
