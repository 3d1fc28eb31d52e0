"""The workspace around the documents: its folders, its files on disk, and the settings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp import settings
from beast_lsp.errors import BeastError
from beast_lsp.lsp import logs
from beast_lsp.lsp.client import folder_paths
from beast_lsp.lsp.convert import path_of, uri_of
from beast_lsp.lsp.endpoint import Params

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session

_log = logging.getLogger(__name__)


def register(session: Session) -> None:
    """Adds the handlers of the workspace."""
    workspace = Workspace(session)
    session.endpoint.notifications.update(
        {
            "initialized": lambda _: session.spawn(workspace.subscribe(), "the registrations"),
            "workspace/didChangeConfiguration": workspace.settings_changed,
            "workspace/didChangeWatchedFiles": workspace.files_changed,
            "workspace/didChangeWorkspaceFolders": workspace.folders_changed,
        }
    )


class Workspace:
    """The handlers of `workspace/did…`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def subscribe(self) -> None:
        """Asks the client to tell about files and settings, where that is for us to ask."""
        wanted: list[tuple[str, dict[str, Any]]] = []
        if self._session.client.can("workspace.didChangeWatchedFiles.dynamicRegistration"):
            watchers = {"watchers": [{"globPattern": "**/*"}]}
            wanted.append(("workspace/didChangeWatchedFiles", watchers))
        if self._session.client.can("workspace.didChangeConfiguration.dynamicRegistration"):
            wanted.append(("workspace/didChangeConfiguration", {"section": "beast"}))
        registrations = [{"id": method, "method": method, "registerOptions": options} for method, options in wanted]
        if registrations:
            await self._session.endpoint.ask("client/registerCapability", {"registrations": registrations})

    def settings_changed(self, params: Params) -> None:
        """The editor's settings changed: they are pulled where the client lets us, else taken as pushed."""
        pushed = params.get("settings")
        if isinstance(pushed, Mapping) and pushed:
            self._session.editor_settings = {None: pushed}
        self._session.spawn(load_settings(self._session), "the settings")

    def files_changed(self, params: Params) -> None:
        """Files were created, edited or deleted on disk."""
        changes = params.get("changes")
        uris = [each.get("uri") for each in changes if isinstance(each, Mapping)] if isinstance(changes, list) else []
        found = [path for uri in uris if isinstance(uri, str) and (path := path_of(uri))]
        self._session.app.changed_on_disk(found)
        if any(path.name == settings.WORKSPACE_FILE for path in found):
            self._session.spawn(load_settings(self._session), "the settings")

    def folders_changed(self, params: Params) -> None:
        """Workspace folders came or went."""
        event = params.get("event")
        event = event if isinstance(event, Mapping) else {}
        gone = folder_paths(event.get("removed"))
        kept = [folder for folder in self._session.documents.folders if folder not in gone]
        folders = list(dict.fromkeys([*kept, *folder_paths(event.get("added"))]))
        before = self._session.documents.by_uri
        self._session.documents.move_to(folders)
        for uri, document in self._session.documents.by_uri.items():
            if document.folder != before[uri].folder:
                self._session.replaced(before[uri], None)
                self._session.replaced(None, document)
        self._session.spawn(self._follow(folders), "the workspace folders")

    async def _follow(self, folders: list[Path]) -> None:
        await load_settings(self._session)
        await self._session.app.follow(folders, self._session.config)


async def load_settings(session: Session) -> None:
    """Layers the settings of every folder anew, and tells the user what is wrong in them."""
    if not session.app.is_built:
        return  # the options are declared by modules that are still being imported; it is called again then.
    await _pull(session)
    folders: list[Path | None] = [*session.documents.folders] or [None]
    configs = {}
    for folder in folders:
        loaded = await asyncio.to_thread(settings.load, folder, _editor_section(session, folder))
        configs[folder] = loaded.config
        for problem in loaded.problems:
            session.tell(str(problem))
    session.configs = configs
    logs.set_level(session.config()[logs.LEVEL])
    await session.app.configure(session.config(), loaded.endpoints)


def _editor_section(session: Session, folder: Path | None) -> Mapping[str, Any]:
    given = session.editor_settings.get(folder) or session.editor_settings.get(None)
    return given if isinstance(given, Mapping) else {}


async def _pull(session: Session) -> None:
    """Asks the client for the section `beast` of each folder; what came before stays where it has none."""
    if not session.client.can("workspace.configuration"):
        return
    folders = session.documents.folders
    items: list[dict[str, Any]] = [{"section": "beast"}]
    items += [{"scopeUri": uri_of(folder), "section": "beast"} for folder in folders]
    try:
        answers = await session.endpoint.ask("workspace/configuration", {"items": items})
    except BeastError as error:
        _log.warning("no settings from the client: %s", error)
        return
    if isinstance(answers, list):
        found = {key: value for key, value in zip((None, *folders), answers, strict=False) if value}
        session.editor_settings = {**session.editor_settings, **found}
