"""What holds for the tree as a whole: sizes, names, and what a start loads."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = [path for folder in ("beast_lsp", "tests", "editors") for path in (ROOT / folder).rglob("*")]
PYTHON = sorted(path for path in SOURCES if path.suffix == ".py" and "node_modules" not in path.parts)
OURS = [path for path in PYTHON if path.is_relative_to(ROOT / "beast_lsp")]
CODE = [*PYTHON, *(path for path in SOURCES if path.suffix in {".lua", ".ts"} and "node_modules" not in path.parts)]
# They take a tenth of a second and more each, and a user waits for the start of the server.
SLOW = {
    "numpy",
    "onnxruntime",
    "tree_sitter",
    "sqlite_utils",
    "httpx",
    "click",
    "rich",
    "asyncio",
    "pygls",
    "lsprotocol",
}
# These must not be needed at all: they make what ships, and never serve.
TRAINING = {"torch", "sentence_transformers", "sklearn", "skl2onnx", "onnx"}


def named(path):
    return path.relative_to(ROOT).as_posix()


def test_no_file_has_400_lines():
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in CODE}
    assert {name: length for name, length in lengths.items() if length >= 400} == {}


def test_every_test_file_has_a_name_of_its_own():
    # Without packages in tests/, pytest tells modules apart by their basename alone.
    names = Counter(path.name for path in PYTHON if path.is_relative_to(ROOT / "tests") and path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []
    assert not list((ROOT / "tests").rglob("__init__.py"))


def modules_after(statement):
    """The top-level names of what a fresh interpreter has loaded after the statement."""
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_importing_the_server_loads_nothing_slow():
    loaded = modules_after("import beast_lsp.lsp.server")
    assert "beast_lsp" in loaded
    assert not loaded & (SLOW | TRAINING)


def test_no_module_of_the_server_loads_a_training_library():
    loaded = modules_after("from beast_lsp.cli.declared import declared_options; declared_options()")
    assert not loaded & TRAINING


def test_every_option_has_a_snake_case_key_and_a_sentence_that_documents_it():
    script = "from beast_lsp.cli.declared import *\nfor each in declared_options(): print(each.key, each.doc)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    documented = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    assert "endpoints" in documented
    assert [key for key, doc in documented.items() if not doc.endswith(".") or len(doc) < 20] == []
    assert [key for key in documented if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", key)] == []


def test_each_lint_exception_has_its_reason_where_a_file_first_makes_it():
    unexplained = []
    for path in OURS:
        explained = set()
        for line in path.read_text("utf-8").splitlines():
            if found := re.search(r"# (?:noqa: |type: ignore\[)([\w, -]+?)\]?(?=\s+-|\s+#|$)(.*)", line):
                rule, reason = found.groups()
                explained |= {rule} if reason else set()
                unexplained += [f"{named(path)}: {rule}"] if rule not in explained else []
    assert unexplained == []


def test_no_lint_exception_is_for_every_rule():
    assert [
        named(path) for path in OURS if re.search(r"# (noqa|type: ignore)\s*$", path.read_text("utf-8"), re.M)
    ] == []


def test_every_module_says_what_it_is():
    assert [named(path) for path in OURS if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_nothing_names_a_package_registry():
    # An installation takes the registry that its owner configured.
    files = [path for path in ROOT.glob("*") if path.is_file()] + list((ROOT / "editors").rglob("package-lock.json"))
    hosts = re.compile(r"\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|yarnpkg\.com)\b")
    assert [named(path) for path in files if hosts.search(path.read_text("utf-8", "replace"))] == []
