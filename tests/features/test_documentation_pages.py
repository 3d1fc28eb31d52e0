"""The documentation of a folder on the disk: written once, kept up to date, and never over what people wrote."""

import shutil

import pytest

from beast_lsp.errors import BeastError, RefactoringRefused
from beast_lsp.features.documentation_pages import DocumentedFolder

FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1.2'\nscripts = {shop = 'shop.cli:main'}\n",
    "shop/__init__.py": '"""A shop."""\n\nfrom shop.prices import total\n\n__all__ = ["total"]\n',
    "shop/prices.py": '"""What things cost."""\n\n\ndef total(items):\n    """Adds up; see `Item`.\n\n'
                      '    >>> total([])\n    0\n    """\n    return sum(items)\n\n\nclass Item:\n    price: int\n',
    "shop/cli.py": "from shop import prices\n\n\ndef main():\n    prices.total([])\n",
    "shop/_hidden.py": "def secret(): ...\n",
    "tests/test_prices.py": "from shop.prices import total\n",
    "src.js": "export function f() {}\n",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for path, text in FILES.items():
        (tmp_path / "w" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "w" / path).write_text(text, "utf-8")
    return tmp_path / "w"


def run(folder, output="docs", **more):
    documented = DocumentedFolder(folder, folder / output)
    made = documented.documentation({}, **more)
    documented.write(made)
    return made


def test_what_is_written(folder):
    made = run(folder)
    assert made.changes == [
        "README.md", "docs/architecture.md", "docs/reference/index.md", "docs/reference/shop.cli.md",
        "docs/reference/shop.md", "docs/reference/shop.prices.md", "docs/reference/src.md",
    ]  # fmt: skip
    page = (folder / "docs/reference/shop.prices.md").read_text("utf-8")
    assert "[`Item`](#shop.prices.Item)" in page
    assert "[shop/prices.py:4](../../shop/prices.py#L4)" in page
    assert "- `price: int`" in page
    assert "[`total`](shop.prices.md#shop.prices.total)" in (folder / "docs/reference/shop.md").read_text("utf-8")
    readme = (folder / "README.md").read_text("utf-8")
    assert "# shop" in readme
    assert ">>> total([])" in readme
    architecture = (folder / "docs/architecture.md").read_text("utf-8")
    assert "`shop`: [shop/cli.py:4](../shop/cli.py#L4)" in architecture
    assert "_hidden" in architecture
    assert "test_prices" not in architecture


def test_a_second_run_writes_nothing(folder):
    run(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.md")}
    assert run(folder).changes == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.md")} == before


def test_only_what_changed_is_written_and_what_people_wrote_stays(folder):
    run(folder)
    page = folder / "docs/reference/shop.prices.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n") + b"My own words.\r\n")
    (folder / "shop/prices.py").write_text(FILES["shop/prices.py"].replace("Adds up", "Sums up"), "utf-8")
    assert run(folder).changes == ["docs/reference/shop.prices.md"]
    data = page.read_bytes()
    assert b"Sums up" in data
    assert data.endswith(b"My own words.\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_an_edited_part_is_told_of_and_overwritten_only_on_demand(folder):
    run(folder)
    page = folder / "docs/reference/shop.prices.md"
    ours = page.read_text("utf-8")
    page.write_text("Counts".join(ours.rsplit("Adds up", 1)), "utf-8")
    made = run(folder)
    assert (made.changes, made.kept) == ([], ("docs/reference/shop.prices.md: total",))
    assert run(folder, overwrite=True).changes == ["docs/reference/shop.prices.md"]
    assert page.read_text("utf-8") == ours


def test_the_page_of_a_module_that_is_gone_goes_unless_somebody_wrote_in_it(folder):
    run(folder)
    written = folder / "docs/reference/src.md"
    written.write_text(written.read_text("utf-8") + "Mine.\n", "utf-8")
    (folder / "docs/reference/mine.md").write_text("# Mine\n", "utf-8")
    (folder / "shop/cli.py").unlink()
    (folder / "src.js").unlink()
    made = run(folder)
    assert "docs/reference/shop.cli.md" in made.plan.deleted
    assert not (folder / "docs/reference/shop.cli.md").exists()
    assert written.exists()
    assert (folder / "docs/reference/mine.md").exists()
    assert [notice for notice in made.notices if "src.md" in notice]


def test_a_readme_of_the_projects_own_is_left_alone(folder):
    (folder / "README.md").write_text("# Ours\n", "utf-8")
    made = run(folder)
    assert "README.md" not in made.changes
    assert any("README.md is left as it is" in notice for notice in made.notices)
    (folder / "README.md").rename(folder / "README.rst")
    assert "README.md" not in run(folder).changes


def test_secrets_reach_no_page(folder):
    key = "ghp_" + "a1B2c3D4" * 4 + "e5F6"
    source = f'def login(token="{key}"):\n    """Uses {key}."""\n\n\nTOKEN = "{key}"\n'
    (folder / "shop/login.py").write_text(source, "utf-8")
    run(folder)
    assert "login" in (folder / "docs/reference/shop.login.md").read_text("utf-8")
    assert not [path for path in folder.rglob("*.md") if key in path.read_text("utf-8")]


def test_pages_outside_of_the_folder_link_to_no_code(folder, tmp_path):
    documented = DocumentedFolder(folder, tmp_path / "out")
    documented.write(documented.documentation({}))
    assert "Source: `shop/prices.py:4`" in (tmp_path / "out/reference/shop.prices.md").read_text("utf-8")
    assert (tmp_path / "out/README.md").exists()
    assert not (folder / "README.md").exists()


def test_nothing_is_written_where_something_changed_meanwhile(folder):
    run(folder)
    (folder / "shop/prices.py").write_text("def other(): ...\n", "utf-8")
    documented = DocumentedFolder(folder, folder / "docs")
    made = documented.documentation({})
    (folder / "docs/reference/shop.prices.md").write_text("Meanwhile.\n", "utf-8")
    index = (folder / "docs/reference/index.md").read_bytes()
    with pytest.raises(RefactoringRefused):
        documented.write(made)
    assert (folder / "docs/reference/index.md").read_bytes() == index


def test_a_folder_without_code_has_little_to_tell(tmp_path):
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    assert run(tmp_path).changes == ["README.md", "docs/reference/index.md"]


def test_the_page_of_one_file(folder):
    documented = DocumentedFolder(folder, folder / "docs")
    assert documented.page("shop/_hidden.py").startswith("# `shop._hidden`")
    assert "beast-lsp:begin" not in documented.page("shop/prices.py")
    with pytest.raises(BeastError):
        documented.page("pyproject.toml")


def test_links_and_folders_with_spaces_are_written_so_that_they_work(folder):
    shutil.move(folder / "src.js", folder / "my file.js")
    run(folder)
    page = (folder / "docs/reference/my.file.md").read_text("utf-8")
    assert "(../../my%20file.js" in page
