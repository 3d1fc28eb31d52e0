"""The workspace around the documents: its folders, its files on disk, and the settings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException

from beast_lsp import settings
from beast_lsp.config import Config
from beast_lsp.lsp import logs
from beast_lsp.lsp.client import folder_paths
from beast_lsp.lsp.convert import path_of, uri_of

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session

_log = logging.getLogger(__name__)


def register(session: Session) -> None:
    """Adds the handlers of the workspace."""
    workspace, server = Workspace(session), session.server
    server.notification(types.INITIALIZED, workspace.initialized)
    server.notification(types.WORKSPACE_DID_CHANGE_CONFIGURATION, workspace.settings_changed)
    server.notification(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, workspace.files_changed)
    server.notification(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, workspace.folders_changed)


class Workspace:
    """The handlers of `initialized` and `workspace/did…`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def initialized(self, _params: types.InitializedParams) -> None:
        """The client takes requests from now on."""
        self._session.spawn(self._subscribe(), "the registrations")

    def settings_changed(self, params: types.DidChangeConfigurationParams) -> None:
        """The editor's settings changed: they are pulled where the client lets us, else taken as pushed."""
        if isinstance(params.settings, Mapping) and params.settings:
            self._session.editor_settings = {None: params.settings}
        self._session.spawn(load_settings(self._session), "the settings")

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files were created, edited or deleted on disk."""
        found = [path for change in params.changes if (path := path_of(change.uri))]
        self._session.app.changed_on_disk(found)
        if any(path.name == settings.WORKSPACE_FILE for path in found):
            self._session.spawn(load_settings(self._session), "the settings")

    def folders_changed(self, _params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Workspace folders came or went; pygls keeps the list."""
        before = self._session.documents.by_uri
        self._session.documents.move_to(folder_paths(self._session.server.workspace.folders.values()))
        for uri, document in self._session.documents.by_uri.items():
            if document.folder != before[uri].folder:
                self._session.replaced(before[uri], None)
                self._session.replaced(None, document)
        self._session.spawn(load_settings(self._session), "the workspace folders")

    async def _subscribe(self) -> None:
        """Asks the client to tell about files and settings, where that is for us to ask."""
        client, wanted = self._session.capabilities, []
        if get_capability(client, "workspace.did_change_watched_files.dynamic_registration"):
            files = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*")])
            wanted.append(_registration(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files))
        if get_capability(client, "workspace.did_change_configuration.dynamic_registration"):
            section = types.DidChangeConfigurationRegistrationOptions("beast")
            wanted.append(_registration(types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
        if wanted:
            await self._session.server.client_register_capability_async(types.RegistrationParams(wanted))


def _registration(method: str, options: Any) -> types.Registration:
    return types.Registration(id=method, method=method, register_options=options)


async def load_settings(session: Session) -> None:
    """Layers the settings of every folder anew, tells the user what is wrong in them, and follows them."""
    if not session.app.is_built:
        return  # the options are declared by modules that are still being imported; it is called again then.
    await _pull(session)
    folders: list[Path | None] = [*session.documents.folders] or [None]
    configs: dict[Path | None, Config] = {}
    for folder in folders:
        loaded = await asyncio.to_thread(settings.load, folder, _editor_section(session, folder))
        configs[folder] = loaded.config
        for problem in loaded.problems:
            session.tell(str(problem))
    session.configs = configs
    logs.set_level(session.config()[logs.LEVEL])
    await session.app.configure(session.config(), loaded.endpoints)
    await session.app.follow(session.documents.folders, session.config)
    for work in session.after_settings:
        work()


def _editor_section(session: Session, folder: Path | None) -> Mapping[str, Any]:
    given = session.editor_settings.get(folder) or session.editor_settings.get(None)
    return given if isinstance(given, Mapping) else {}


async def _pull(session: Session) -> None:
    """Asks the client for the section `beast` of each folder; what came before stays where it has none."""
    if not get_capability(session.capabilities, "workspace.configuration"):
        return
    folders = session.documents.folders
    items = [types.ConfigurationItem(section="beast")]
    items += [types.ConfigurationItem(scope_uri=uri_of(folder), section="beast") for folder in folders]
    try:
        answers = await session.server.workspace_configuration_async(types.ConfigurationParams(items))
    except JsonRpcException as error:
        _log.warning("no settings from the client: %s", error)
        return
    found = {key: value for key, value in zip((None, *folders), answers or (), strict=False) if value is not None}
    session.editor_settings = {**session.editor_settings, **found}
