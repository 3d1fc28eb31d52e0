import pytest

from beast_lsp.store.index.modules import module_key, module_of


@pytest.mark.parametrize(
    ("family", "path", "module"),
    [
        ("python", "src/flask/app.py", "flask.app"),
        ("python", "flask/__init__.py", "flask"),
        ("python", "flask/json/tag.py", ".json.tag"),
        ("javascript", "src/utils/deep.ts", "../utils/deep"),
        ("javascript", "src/utils/deep.ts", "./deep.js"),
        ("javascript", "src/utils/index.ts", "@/utils"),
        ("go", "internal/pool/pool.go", "example.org/me/project/internal/pool"),
        ("rust", "src/engine/mod.rs", "crate::engine"),
        ("java", "src/main/java/org/acme/Tool.java", "org.acme.Tool"),
        ("c", "include/core/list.h", "core/list.h"),
    ],
)
def test_an_import_finds_its_file(family: str, path: str, module: str) -> None:
    key = module_key(family, module)
    assert key
    assert module_of(family, path).startswith(key)


@pytest.mark.parametrize(
    ("family", "path", "module"),
    [
        ("python", "src/flask/app.py", "app.flask"),
        ("python", "src/myflask/app.py", "flask.app"),
        ("python", "a/xapp.py", "app"),
        ("javascript", "src/react.ts", "react"),
        ("go", "errors/errors.go", "example.org/me/errors/wrap"),
        ("java", "org/acme/Tool.java", "org.other.Tool"),
    ],
)
def test_another_file_is_not_found(family: str, path: str, module: str) -> None:
    key = module_key(family, module)
    assert not key or not module_of(family, path).startswith(key)


@pytest.mark.parametrize("module", ["", ".", "..", "   "])
def test_no_name_is_no_module(module: str) -> None:
    assert not module_key("python", module)
    assert not module_key("javascript", module)
