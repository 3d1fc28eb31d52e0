"""Whether files mean the same after a refactoring, by the interpreter's own symbol tables and by ruff.

A judge that shares nothing with the engine. `problems` says what is wrong: a file that no longer compiles, a name that
is undefined or bound twice (ruff), a function nobody touched whose names are of other kinds (symtable), a name that was
built in and is the module's now, an import between the workspace's files that finds nothing.
"""

import ast
import builtins
import json
import subprocess
import symtable
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache

_RULES = "F821,F822,F823,F811,F402,F704,F706,F701,F702"
_FLAGS = ("is_parameter", "is_global", "is_nonlocal", "is_declared_global", "is_local", "is_free", "is_imported")
_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "__path__", "__spec__", "__package__"}

Texts = Mapping[str, str]


def problems(before: Texts, after: Texts, changed: frozenset[str], *, is_rename: bool = False) -> list[str]:
    """What is wrong with `after`, every Python file of a folder by path; `changed` are those that differ, in either."""
    broken = [path for path in changed if path in after and not _compiles(after[path]) and _was_fine(before, path)]
    if broken:
        return [f"{path} does not compile" for path in broken]
    found: list[str] = []
    for path in sorted(changed):
        if path in before and path in after and _compiles(before[path]):
            found += [f"{path}: {problem}" for problem in _of_file(before[path], after[path], is_rename=is_rename)]
    lost = _dangling(after, changed) - _dangling(before, changed)
    return found + [f"{importer}: {name} is found no more" for importer, name in sorted(lost)]


def _was_fine(before: Texts, path: str) -> bool:
    return path not in before or _compiles(before[path])


@lru_cache(maxsize=4_096)
def _compiles(text: str) -> bool:
    with suppress(SyntaxError, ValueError):
        compile(text, "file.py", "exec", dont_inherit=True)
        return True
    return False


def _of_file(before: str, after: str, *, is_rename: bool) -> Iterator[str]:
    for code, count in (_lint(after) - _lint(before)).items():
        yield f"ruff finds {code} {count} times more"
    if is_rename and _shape(_table(before)) != _shape(_table(after)):
        yield "the scopes have other names"
    old, new = _functions(before), _functions(after)
    for name in old.keys() & new.keys():
        if old[name] != new[name] and old[name][0] == new[name][0]:
            differing = sorted(set(old[name][1]) ^ set(new[name][1]))
            yield f"{name} is the same text, and its names mean others: {differing[:4]}"


@lru_cache(maxsize=512)
def _lint(text: str) -> Counter[str]:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format", "json"]
    run = subprocess.run([*command, "--select", _RULES, "-"], input=text, capture_output=True, text=True, check=False)
    return Counter(finding["code"] or "syntax" for finding in json.loads(run.stdout or "[]"))


def _table(text: str) -> symtable.SymbolTable:
    return symtable.symtable(text, "file.py", "exec")


def _shape(table: symtable.SymbolTable) -> tuple[object, ...]:
    """A scope with those within: what kinds of names it has, whatever they are called."""
    names = sorted(tuple(getattr(symbol, flag)() for flag in _FLAGS) for symbol in table.get_symbols())
    return table.get_type(), tuple(names), tuple(_shape(child) for child in table.get_children())


def _functions(text: str) -> dict[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """By qualified name and number: a function's text, and of what kind each of its names is."""
    table, tree = _table(text), ast.parse(text)
    lines = text.encode().splitlines(keepends=True)
    texts = {
        (node.lineno, node.name): b"".join(lines[node.lineno - 1 : node.end_lineno]).decode()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    at_top = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    found: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {}
    seen: Counter[str] = Counter()

    def visit(scope: symtable.SymbolTable, prefix: str) -> None:
        for child in scope.get_children():
            name = f"{prefix}.{child.get_name()}"
            seen[name] += 1
            own = texts.get((_line(child, texts), child.get_name()))
            if child.get_type() == "function" and own is not None:
                found[f"{name}#{seen[name]}"] = own, tuple(sorted(_kinds(child, at_top)))
            visit(child, name)

    visit(table, "")
    return found


def _line(table: symtable.SymbolTable, texts: Mapping[tuple[int, str], str]) -> int:
    """The line of `def`: a table counts from the first decorator in some versions."""
    lines = (line for line, name in texts if name == table.get_name() and line >= table.get_lineno())
    return min(lines, default=0)


def _kinds(table: symtable.SymbolTable, at_top: set[str]) -> Iterator[tuple[str, str]]:
    for symbol in table.get_symbols():
        name = symbol.get_name()
        if symbol.is_global():
            kind = "module" if name in at_top else "built in" if name in _BUILTINS else "unknown"
        else:
            kind = "free" if symbol.is_free() else "local"
        yield name, kind


def _dangling(texts: Texts, changed: frozenset[str]) -> set[tuple[str, str]]:
    """Imports and attributes of modules, in any file, that a changed file should have and has not."""
    modules = {_dotted(path): path for path in texts}
    touched = {_dotted(path) for path in changed}
    found: set[tuple[str, str]] = set()
    for path, text in texts.items():
        if path in changed or any(module.rpartition(".")[2] in text for module in touched):
            for module, name in _wanted(path, text):
                if module in modules and not _has(texts[modules[module]], module, name, modules):
                    found.add((path, f"{module}.{name}"))
                elif module in touched and module not in modules:
                    found.add((path, module))
    return found


def _dotted(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=4_096)
def _wanted(path: str, text: str) -> tuple[tuple[str, str], ...]:
    """Module and name of each `from … import …`, and of each attribute of a module that is imported as a whole."""
    if not _compiles(text):
        return ()
    found: list[tuple[str, str]] = []
    bound: dict[str, str] = {}
    package = _dotted(path).split(".")[: None if path.endswith("__init__.py") else -1]
    nodes = list(ast.walk(ast.parse(text)))
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [(module, alias.name) for alias in node.names if alias.name != "*"]
        elif isinstance(node, ast.Import):
            bound |= {
                alias.asname or alias.name: alias.name for alias in node.names if alias.asname or "." not in alias.name
            }
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id not in stored:
            found += [(bound[node.value.id], node.attr)] if node.value.id in bound else []
    return tuple(found)


def _has(text: str, module: str, name: str, modules: Mapping[str, str]) -> bool:
    known = _top(text)
    is_module = f"{module}.{name}" in modules or any(each.startswith(f"{module}.{name}.") for each in modules)
    return known is None or name in known or is_module or name.startswith("__")


@lru_cache(maxsize=4_096)
def _top(text: str) -> frozenset[str] | None:
    """What a module binds; None where a star import or `__getattr__` binds what is not seen."""
    if not _compiles(text):
        return None
    table = _table(text)
    is_open = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(ast.parse(text)))
    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    names |= {child.get_name() for child in table.get_children()} | _declared(table)
    return None if is_open or "__getattr__" in names else frozenset(names)


def _declared(table: symtable.SymbolTable) -> set[str]:
    """The names that functions bind in the module by `global`."""
    found = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_declared_global()}
    return found.union(*map(_declared, table.get_children()))
