"""Workspace edits as a client understands them: versions, annotations, files; and what it can't do is refused."""

from pathlib import Path

import pytest
from lsprotocol import types
from refactoring_client import HELIX, NEOVIM, VSCODE

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.errors import RefactoringRefused
from beast_lsp.lsp.client import read_params
from beast_lsp.lsp.convert import PositionCodec
from beast_lsp.lsp.edits import EditWriter
from beast_lsp.lsp.protocol import converter

FOLDER = Path("/w")
TEXT = "'𝄞'; a = a\n"
SURE = TextEdit(Position(0, 5), Position(0, 6), "b")
TEXTUAL = TextEdit(Position(0, 9), Position(0, 10), "b", Certainty.TEXTUAL, "a comment")


def writer(capabilities):
    params = read_params({"capabilities": capabilities}, converter())
    return EditWriter(PositionCodec("utf-16"), params.capabilities)


def plan(*edits, **more):
    return Plan("t", {"a.py": edits} if edits else {}, {"a.py": TEXT}, {}, **more)


def written(capabilities, made, *opened):
    documents = {name: Document(f"file:///w/{name}", "python", 7, split_lines(TEXT)) for name in opened}
    edit = writer(capabilities).plan(made, FOLDER, documents)
    return converter().unstructure(edit, types.WorkspaceEdit)


@pytest.mark.parametrize("capabilities", [VSCODE, NEOVIM, HELIX])
@pytest.mark.parametrize(("opened", "version"), [(["a.py"], 7), ([], None)])
def test_an_edit_names_the_version_of_an_open_document(capabilities, opened, version):
    (change,) = written(capabilities, plan(SURE), *opened)["documentChanges"]
    assert change["textDocument"] == {"uri": "file:///w/a.py", "version": version}
    assert change["edits"] == [
        {"range": {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 7}}, "newText": "b"}
    ]


def test_who_knows_no_document_changes_gets_plain_ones():
    assert list(written({}, plan(SURE))["changes"]) == ["file:///w/a.py"]


def test_only_a_client_that_does_all_or_nothing_is_given_annotations():
    found = written(VSCODE, plan(SURE, TEXTUAL))
    sure, doubtful = found["documentChanges"][0]["edits"]
    assert "annotationId" not in sure
    annotation = found["changeAnnotations"][doubtful["annotationId"]]
    assert (annotation["needsConfirmation"], annotation["description"]) == (True, "a comment")
    for capabilities in (NEOVIM, HELIX):
        assert "annotationId" not in str(written(capabilities, plan(SURE, TEXTUAL)))


def test_files_come_and_move_and_go_after_their_edits():
    made = plan(SURE, created={"n.py": "x\n", "e.py": ""}, moved={"a.py": "p/a.py"}, deleted=frozenset({"o.py"}))
    changes = written(HELIX, made)["documentChanges"]
    kinds = [change.get("kind") or change["textDocument"]["uri"] for change in changes]
    assert kinds == ["create", "file:///w/n.py", "create", "file:///w/a.py", "rename", "delete"]
    assert (changes[4]["oldUri"], changes[4]["newUri"]) == ("file:///w/a.py", "file:///w/p/a.py")


@pytest.mark.parametrize(
    ("more", "verb"),
    [
        ({"created": {"n.py": ""}}, "make files: n.py"),
        ({"moved": {"a.py": "b.py"}}, "move files: a.py"),
        ({"deleted": frozenset({"o.py"})}, "delete files: o.py"),
    ],
)
def test_files_that_the_client_lets_nobody_touch_are_a_refusal(more, verb):
    with pytest.raises(RefactoringRefused, match=verb):
        written({"workspace": {"workspaceEdit": {"documentChanges": True}}}, plan(SURE, **more))
