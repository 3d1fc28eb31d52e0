"""Which repositories may be trained on."""

from pathlib import Path

import pytest

from beast_lsp.training.corpus import REPLAYED, is_permissive, licence, part, source_files, train_repositories

MIT = "MIT License\n\nPermission is hereby granted, free of charge, to any person"


def checkout(folder: Path, name: str, licence: str | None = MIT) -> Path:
    path = folder / name.replace("/", "__")
    path.mkdir(parents=True)
    if licence is not None:
        (path / "LICENSE").write_text(licence)
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [("encode/httpx", "train"), ("pallets/flask", "dev"), ("pandas-dev/pandas", "reserved")],
)
def test_the_name_decides_the_part(name: str, expected: str) -> None:
    assert part(name) == expected


@pytest.mark.parametrize("licence", [MIT, "Apache License\nVersion 2.0", "Redistribution and use in source and binary"])
def test_permissive_licences(tmp_path: Path, licence: str) -> None:
    assert is_permissive(checkout(tmp_path, "a/b", licence))


@pytest.mark.parametrize(
    "licence",
    [None, "All rights reserved.", "GNU GENERAL PUBLIC LICENSE\nVersion 3", "Mozilla Public License Version 2.0"],
)
def test_what_is_no_permissive_licence(tmp_path: Path, licence: str | None) -> None:
    assert not is_permissive(checkout(tmp_path, "a/b", licence))


def test_every_kind_of_licence_is_named(tmp_path: Path) -> None:
    path = checkout(tmp_path, "a/b")
    assert licence(path) == "MIT"
    (path / "LICENSE-APACHE").write_text("Apache License\nVersion 2.0")
    assert licence(path) == "MIT, Apache-2.0"
    (path / "COPYING").write_text("GNU GENERAL PUBLIC LICENSE\nVersion 3")
    assert licence(path) == ""


def test_only_permissive_train_repositories_are_found(tmp_path: Path) -> None:
    checkout(tmp_path, "encode/httpx")
    checkout(tmp_path, "pallets/flask")
    checkout(tmp_path, "pandas-dev/pandas")
    checkout(tmp_path, "celery/kombu", "GNU GENERAL PUBLIC LICENSE")
    (tmp_path / "no-repository").mkdir()
    assert [name for name, _ in train_repositories(tmp_path)] == ["encode/httpx"]


def test_every_replayed_repository_is_of_the_train_part() -> None:
    assert {part(name) for names in REPLAYED.values() for name in names} == {"train"}


def test_files_of_one_family_without_what_the_index_leaves_out(tmp_path: Path) -> None:
    folder = checkout(tmp_path, "encode/httpx")
    (folder / "a.py").write_text("x = 1\n")
    (folder / "b.go").write_text("package b\n")
    (folder / "bad.py").write_bytes(b"\xff\xfe\x00x")
    (folder / ".gitignore").write_text("hidden.py\n")
    (folder / "hidden.py").write_text("y = 1\n")
    assert list(source_files(folder, "python")) == [("a.py", ["x = 1\n", ""])]
