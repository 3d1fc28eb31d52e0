import shutil
from pathlib import Path

import pytest

from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.errors import CancelledRequest, TestsRefused
from beast_lsp.router.backends.testing import engines
from beast_lsp.router.backends.testing.engines import Assignment, engine_for
from beast_lsp.router.backends.testing.languages import cargo, engine, node, workshop
from beast_lsp.router.backends.testing.languages.workshop import open_workshop, program
from beast_lsp.router.testing import WantedTests
from beast_lsp.sandbox.support import support
from beast_lsp.store.index.options import DEFAULTS
from beast_lsp.store.index.sources import ProgramSources

CONFINED = pytest.mark.skipif(not support().is_confined, reason="this system gives no limits to a child process")
CARGO = '[package]\nname = "k"\nversion = "0.1.0"\nedition = "2021"\n'
POM = "<project><artifactId>junit</artifactId></project>"


def needs(name):
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not on the PATH")


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def assignment(folder, name, is_cancelled=lambda: False, seconds=60.0):
    path = folder / name
    document = Document(path.as_uri(), for_path(path).name, 1, split_lines(path.read_text("utf-8")), folder)
    sources = ProgramSources(folder, lambda _: None, DEFAULTS)
    return Assignment(folder, name, document, Program(sources), None, WantedTests(seconds=seconds), is_cancelled)


@pytest.fixture
def every_program(monkeypatch):
    monkeypatch.setattr(engine.shutil, "which", lambda name: f"/usr/bin/{name}")


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("a.js", {"package.json": "{}"}),
        ("src/a.ts", {"package.json": '{"devDependencies": {"vitest": "1"}}', "node_modules/vitest/vitest.mjs": ""}),
        ("in/a.ts", {"in/package.json": '{"scripts": {"test": "jest"}}', "node_modules/jest/bin/jest.js": ""}),
        (
            "packages/p/a.ts",
            {
                "package.json": '{"devDependencies": {"vitest": "1"}}',
                "packages/p/package.json": "{}",
                "node_modules/vitest/vitest.mjs": "",
            },
        ),
        ("src/a.rs", {"Cargo.toml": CARGO}),
        ("a.go", {"go.mod": "module m"}),
        ("src/main/java/A.java", {"pom.xml": POM}),
    ],
)
def test_tests_are_offered_where_the_toolchain_seems_to_be(tmp_path, every_program, name, files):
    written(tmp_path, {**files, name: ""})
    assert engines.missing(for_path(Path(name)).family, tmp_path / name, tmp_path) == ""


@pytest.mark.parametrize(
    ("name", "files", "lacks"),
    [
        ("a.js", {}, "There is no package.json."),
        ("a.js", {"package.json": '{"scripts": {"test": "mocha"}}'}, "The project's test framework is not one that"),
        ("a.ts", {"package.json": '{"devDependencies": {"vitest": "1"}}'}, "vitest is not in node_modules."),
        ("a.ts", {"package.json": '{"scripts": {"test": "jest"}}', "node_modules/jest/x": ""}, "jest is not in node_"),
        ("src/a.rs", {}, "There is no Cargo.toml."),
        ("build.rs", {"Cargo.toml": CARGO}, "The file is no part of the crate's src folder."),
        ("src/bin/a.rs", {"Cargo.toml": CARGO}, "The file is no part of the crate's src folder."),
        ("a.go", {}, "There is no go.mod."),
        ("a_test.go", {"go.mod": "module m"}, "The file is a test."),
        ("src/main/java/A.java", {}, "There is no pom.xml."),
        ("A.java", {"pom.xml": POM}, "The file is no main source of a Maven project."),
        ("src/main/java/A.java", {"pom.xml": "<project/>"}, "The build names no JUnit."),
    ],
)
def test_tests_are_not_offered_where_something_is_missing(tmp_path, every_program, name, files, lacks):
    written(tmp_path, {**files, name: ""})
    assert engines.missing(for_path(Path(name)).family, tmp_path / name, tmp_path).startswith(lacks)


@pytest.mark.parametrize(("name", "needed"), [("a.js", "node"), ("a.go", "go"), ("a.rs", "cargo"), ("A.java", "mvn")])
def test_a_program_is_looked_for_in_the_server_s_environment_only(tmp_path, monkeypatch, name, needed):
    fake = tmp_path / "node_modules" / ".bin" / needed
    written(tmp_path, {"package.json": "{}", "go.mod": "", "Cargo.toml": "", "pom.xml": POM, str(fake): "", name: ""})
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert engines.missing(for_path(Path(name)).family, tmp_path / name, tmp_path) == (
        f"{needed} is not on the server's PATH."
    )
    with pytest.raises(TestsRefused, match=needed):
        program(needed)
    with pytest.raises(TestsRefused, match=f"{needed} is not on"):
        engine.write(assignment(tmp_path, name))


def test_a_language_without_an_engine_has_none(tmp_path):
    assert engine_for("c") is None
    assert engines.missing("python", tmp_path / "a.py", tmp_path) == ""
    assert engine.missing("c", tmp_path / "a.c", tmp_path) == "No tests can be written for this language."


def test_the_workshop_is_a_copy_with_links_to_installed_packages(tmp_path):
    root, scratch = tmp_path / "root", tmp_path / "scratch"
    written(
        root,
        {
            "src/a.js": "1",
            ".git/config": "",
            "target/x": "",
            "node_modules/p/index.js": "",
            "node_modules/@s/q/index.js": "",
            "node_modules/.bin/tool": "",
        },
    )
    (root / "outside").symlink_to(tmp_path)
    shop = open_workshop(root, scratch, lambda: False)
    shop.write("src/a.js", "2")
    shop.write("node_modules/.cache/x", "")
    packages = shop.folder / "node_modules"
    assert sorted(one.name for one in shop.folder.iterdir()) == ["node_modules", "src"]
    assert sorted(one.name for one in packages.iterdir()) == [".cache", "@s", "p"]
    assert (packages / "p").resolve() == root / "node_modules" / "p"
    assert not (packages / "@s").is_symlink()
    assert (root / "src/a.js").read_text() == "1"
    assert not (root / "node_modules/.cache").exists()
    shop.remove("src/a.js")
    assert not (shop.folder / "src/a.js").exists()


def test_a_project_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workshop, "_MOST_FILES", 1)
    written(tmp_path / "root", {"a.js": "", "b.js": ""})
    with pytest.raises(TestsRefused, match="too large"):
        open_workshop(tmp_path / "root", tmp_path / "scratch", lambda: False)


def test_typescript_needs_a_node_that_runs_it(tmp_path, monkeypatch):
    written(tmp_path, {"package.json": "{}", "a.ts": "export const f = (n: number) => n"})
    monkeypatch.setattr(node, "program", lambda name: name)
    monkeypatch.setattr(node, "node_version", lambda _: (20, 1))
    shop = open_workshop(tmp_path, tmp_path / "scratch", lambda: False)
    with pytest.raises(TestsRefused, match="does not run TypeScript"):
        node.NodeToolchain.of(tmp_path / "a.ts", "", tmp_path, shop, engine.style_of(None, "javascript"))


JAVASCRIPT = """\
import { existsSync, writeFileSync } from 'node:fs';
/** @param {number} n */
export function sign(n) {
  if (n === 77) throw new RangeError('not that one');
  return n < 0 ? 'below' : 'above';
}
export const later = async (n = 2) => ({ n, at: [n] });
export function random() { return Math.random(); }
/** @param {string} name */
export function write(name) { writeFileSync(new URL('./' + name + '.txt', import.meta.url), ''); return 1; }
let calls = 0;
export function counting() { calls += 1; return calls; }
"""


@CONFINED
@needs("node")
def test_javascript_is_recorded_and_judged_by_node_itself(tmp_path):
    written(tmp_path, {"package.json": '{"type": "module"}', "lib/a.js": JAVASCRIPT})
    found = engine.write(assignment(tmp_path, "lib/a.js"))
    assert (found.path, found.before, found.framework) == ("lib/a.test.js", None, "node:test")
    assert "  it('throws RangeError for 77', () => {" in found.text
    assert "assert.equal(sign(-1), 'below');" in found.text
    assert "assert.deepEqual(await later(" in found.text
    # What gives something else at each call, or in another order, is no test.
    assert "random" not in found.text
    assert "counting" not in found.text
    assert any("random" in note for note in found.notes)
    assert {each.origin for each in found.kept} == {"recorded"}
    # Nothing was written to the project, whatever the code does.
    assert sorted(one.name for one in (tmp_path / "lib").iterdir()) == ["a.js"]


@CONFINED
@needs("node")
def test_what_can_not_be_loaded_or_is_not_wanted_any_more_is_refused(tmp_path):
    written(tmp_path, {"package.json": '{"type": "module"}', "a.js": "import 'nowhere';\nexport const f = (n) => n;\n"})
    with pytest.raises(TestsRefused, match="nowhere"):
        engine.write(assignment(tmp_path, "a.js"))
    with pytest.raises(CancelledRequest):
        engine.write(assignment(tmp_path, "a.js", lambda: True))


RUST = """\
pub fn half(n: i32) -> Option<i32> {
    if n % 2 == 0 { Some(n / 2) } else { None }
}
pub struct Odd;
pub fn odd(_n: u8) -> Odd { Odd }
"""


@CONFINED
@needs("cargo")
def test_rust_is_recorded_and_judged_by_cargo(tmp_path, monkeypatch):
    monkeypatch.setattr(cargo.CargoToolchain, "orders", (0,))
    written(tmp_path, {"Cargo.toml": CARGO, "src/lib.rs": RUST})
    found = engine.write(assignment(tmp_path, "src/lib.rs"))
    assert found.text.startswith(RUST)
    assert found.before == RUST
    assert "assert_eq!(half(2), Some(1));" in found.text
    assert "None);" in found.text
    assert found.coverage == 0.5  # what `odd` gives can't be shown: its call did not even compile.
    assert (tmp_path / "src/lib.rs").read_text() == RUST
    assert not (tmp_path / "target").exists()
