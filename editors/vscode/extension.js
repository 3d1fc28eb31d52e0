"use strict";

// The client of beast_lsp: it starts the server and shows what it suggests. vscode-languageclient has ghost text,
// the menu and the commands of accepted items built in; here stands only what is particular to us.

const os = require("node:os");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const SECTION = "beast";
const CLIENT_SECTION = "beast.server."; // the settings of this client, which the server must not see.
const DOCUMENTS = [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-notebook-cell" }];

let client;
let statusItem;

/** Starts the server; called by VS Code once it is up. */
async function activate(context) {
  const keys = serverSettings(context.extension.packageJSON);
  const restart = async () => {
    await deactivate();
    await start(keys);
  };
  statusItem = vscode.languages.createLanguageStatusItem("beast.status", DOCUMENTS);
  statusItem.name = statusItem.text = "beast_lsp";
  statusItem.command = { title: "Details", command: "beast.status" };
  context.subscriptions.push(
    statusItem,
    vscode.commands.registerCommand("beast.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("beast.server") && restart()),
  );
  await start(keys);
}

async function deactivate() {
  if (client?.isRunning()) {
    await client.stop();
  }
}

async function start(keys) {
  client = new LanguageClient(SECTION, "beast_lsp", serverOptions(), {
    documentSelector: DOCUMENTS,
    middleware: {
      executeCommand,
      workspace: {
        configuration: (params) => params.items.map((item) => settingsThatAreSet(keys, item)),
        // The server asks for its settings, and gets what is set; pushed, they would hold the defaults, too.
        didChangeConfiguration: (_sections, next) => next(undefined),
      },
    },
  });
  client.registerFeature(wantsStatus);
  client.onNotification("experimental/serverStatus", showStatus);
  try {
    await client.start();
  } catch (problem) {
    await tell(problem);
  }
}

/** Tells the server that its status is shown. */
const wantsStatus = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = { ...capabilities.experimental, serverStatusNotification: true };
  },
  initialize: () => {},
  getState: () => ({ kind: "static" }),
  clear: () => {},
};

function showStatus({ health, quiescent, message }) {
  statusItem.busy = !quiescent;
  statusItem.detail = message;
  const { Information, Warning } = vscode.LanguageStatusSeverity;
  statusItem.severity = health === "ok" ? Information : Warning;
}

async function tell(problem) {
  const settings = "Open Settings";
  const hint = "Is beast-lsp installed? The setting beast.server.command says where it is.";
  if ((await vscode.window.showErrorMessage(`beast_lsp: ${problem.message} ${hint}`, settings)) === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "beast.server");
  }
}

function serverOptions() {
  const configured = vscode.workspace.getConfiguration("beast.server");
  // Not in the workspace, where Windows would look for the program first.
  const options = { cwd: os.homedir() };
  return { command: configured.get("command"), args: configured.get("arguments"), options };
}

/** The names of the server's settings, which the generated section of package.json declares. */
function serverSettings(packageJson) {
  const sections = packageJson.contributes.configuration;
  const keys = sections.flatMap((section) => Object.keys(section.properties));
  return keys.filter((key) => !key.startsWith(CLIENT_SECTION)).map((key) => key.slice(SECTION.length + 1));
}

/**
 * What the user has set for a resource, as nested objects. The defaults stay away: an editor's value beats the
 * settings files, and a default is no one's wish.
 */
function settingsThatAreSet(keys, item) {
  if (item.section !== SECTION) {
    return null;
  }
  const resource = item.scopeUri ? client.protocol2CodeConverter.asUri(item.scopeUri) : undefined;
  const configuration = vscode.workspace.getConfiguration(SECTION, resource);
  const found = {};
  for (const key of keys) {
    const { globalValue, workspaceValue, workspaceFolderValue } = configuration.inspect(key) ?? {};
    const value = workspaceFolderValue ?? workspaceValue ?? globalValue;
    if (value !== undefined) {
      put(found, key.split("."), value);
    }
  }
  return found;
}

function put(table, [name, ...rest], value) {
  if (rest.length > 0) {
    put((table[name] ??= {}), rest, value);
  } else {
    table[name] = value;
  }
}

/** Runs a command of the server; what those of the palette answer is shown. */
async function executeCommand(command, given, next) {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const isForUri = command === "beast.showStyleProfile" && given.length === 0 && uri;
  const result = await next(command, isForUri ? [client.code2ProtocolConverter.asUri(uri)] : given);
  if (result?.markdown) {
    await show(result.markdown, "markdown");
  } else if (command === "beast.status") {
    await show(JSON.stringify(result, undefined, 2), "json");
  } else if (result && "paused" in result) {
    vscode.window.setStatusBarMessage(result.paused ? "beast_lsp pauses" : "beast_lsp suggests again", 5000);
  }
  return result;
}

async function show(content, language) {
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document, { preview: true });
}

module.exports = { activate, deactivate };
