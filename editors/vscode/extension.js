"use strict";

// The client of beast_lsp: it starts the server and shows what it suggests. vscode-languageclient has ghost text,
// the menu and the commands of accepted items built in; here stands only what is particular to us.

const os = require("node:os");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const SECTION = "beast";
const CLIENT_SECTION = "beast.server."; // the settings of this client, which the server must not see.
const EXPLAIN = "beast.explainQuality";
const EXPLAIN_CODE = "beast.explain";
const UNDO = "beast.undoLastRefactoring";
const WRITE_TESTS = "beast.writeTests";
const UNTESTED = "beast.untested";
const WITH_EXAMPLE = "beast.documentWithExample";
const RENAME = "beast.rename"; // of this client: the server asks for it after something was extracted.
const DOCUMENTS = [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-notebook-cell" }];

const ANSWERS = "beast-lsp"; // the scheme of what commands answer.

let client;
let statusItem;
let qualityItem;
let explained; // the prediction_id of the score that was explained last.
const qualities = new Map(); // the scores of files, by URI.
const answers = { texts: new Map(), changed: new vscode.EventEmitter() };

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
  qualityItem = vscode.languages.createLanguageStatusItem("beast.quality", []);
  qualityItem.name = "beast_lsp: score";
  context.subscriptions.push(
    statusItem,
    qualityItem,
    answers.changed,
    vscode.workspace.registerTextDocumentContentProvider(ANSWERS, {
      onDidChange: answers.changed.event,
      provideTextDocumentContent: (uri) => answers.texts.get(uri.toString()),
    }),
    vscode.window.onDidChangeActiveTextEditor(showQuality),
    vscode.commands.registerCommand("beast.restart", restart),
    vscode.commands.registerCommand(RENAME, renameAt),
    vscode.commands.registerCommand("beast.refactorWith", refactorWith),
    vscode.commands.registerCommand("beast.scoreIsRight", () => judge("up")),
    vscode.commands.registerCommand("beast.scoreIsWrong", () => judge("down")),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("beast.server") && restart()),
  );
  await start(keys);
}

async function deactivate() {
  if (client?.isRunning()) {
    await client.stop();
  }
  qualities.clear();
  showQuality();
}

async function start(keys) {
  client = new LanguageClient(SECTION, "beast_lsp", serverOptions(), {
    documentSelector: DOCUMENTS,
    markdown: { isTrusted: { enabledCommands: [EXPLAIN_CODE] } }, // a hover may run this one and no other.
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
  client.onNotification("beast/quality", ({ uri, quality }) => {
    qualities.set(client.protocol2CodeConverter.asUri(uri).toString(), quality);
    showQuality();
  });
  try {
    await client.start();
  } catch (problem) {
    await tell(problem);
  }
}

/** Tells the server that its status and files' scores are shown, and that what it extracts can be named at once. */
const wantsStatus = {
  fillClientCapabilities: (capabilities) => {
    const shown = {
      serverStatusNotification: true,
      qualityNotification: true,
      explanations: true,
      hoverCommands: true,
      commands: { commands: [RENAME] },
    };
    capabilities.experimental = { ...capabilities.experimental, ...shown };
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

/** Shows the score of the file that the user is in, or nothing where it has none. */
function showQuality() {
  const document = vscode.window.activeTextEditor?.document;
  const quality = qualities.get(document?.uri.toString());
  qualityItem.selector = quality ? DOCUMENTS : [];
  if (quality) {
    const [score, ...reasons] = quality.text.split(" · ");
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    qualityItem.text = score;
    qualityItem.detail = reasons.join(" · ");
    qualityItem.command = { title: "Explain", command: EXPLAIN, arguments: [uri] };
  }
}

/** Tells the server whether the score that was explained last is right ("up") or wrong ("down"). */
async function judge(verdict) {
  if (explained === undefined) {
    vscode.window.showInformationMessage('beast_lsp: "Explain Quality" comes first: this is about the score it shows.');
    return;
  }
  if ((await ask("beast.qualityFeedback", [explained, verdict])) !== undefined) {
    const heard = `beast_lsp noted that the score is ${verdict === "up" ? "right" : "wrong"}`;
    vscode.window.setStatusBarMessage(heard, 5000);
  }
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
  if ([WRITE_TESTS, WITH_EXAMPLE].includes(command) && !vscode.workspace.isTrusted) {
    vscode.window.showInformationMessage("beast_lsp: This runs code of this workspace, which you don't trust.");
    return undefined;
  }
  const place = given.length === 0 ? placeFor(command) : given;
  const result = await ([EXPLAIN, EXPLAIN_CODE, UNDO].includes(command) ? ask : next)(command, place);
  if (command === EXPLAIN) {
    explained = result?.prediction_id ?? undefined;
  }
  if (result?.markdown) {
    const names = { [EXPLAIN]: "Quality.md", [EXPLAIN_CODE]: "Explanation.md", [UNTESTED]: "Without tests.md" };
    await show(names[command] ?? "Style.md", result.markdown);
  } else if (command === "beast.status") {
    await show("Status.json", JSON.stringify(result, undefined, 2));
  } else if (result && "paused" in result) {
    vscode.window.setStatusBarMessage(result.paused ? "beast_lsp pauses" : "beast_lsp suggests again", 5000);
  }
  return result;
}

/** What the server answers to a command. That there is no score, or nothing to undo, is said, and is no failure. */
async function ask(command, given) {
  try {
    return await client.sendRequest("workspace/executeCommand", { command, arguments: given });
  } catch (problem) {
    vscode.window.showInformationMessage(`beast_lsp: ${problem.message}`);
    return undefined;
  }
}

/** What a command of the palette is about: the active file, and the cursor's line where that matters. */
function placeFor(command) {
  const editor = vscode.window.activeTextEditor;
  const uri = editor && client.code2ProtocolConverter.asUri(editor.document.uri);
  const line = editor?.selection.active.line;
  if (!uri) {
    return [];
  }
  const withLine = [EXPLAIN, EXPLAIN_CODE, WRITE_TESTS].includes(command);
  return withLine ? [uri, line] : ["beast.showStyleProfile", UNDO, UNTESTED].includes(command) ? [uri] : [];
}

/** Lets the user choose a refactoring that needs to be told more than a place, asks for that, and does it. */
async function refactorWith() {
  const editor = vscode.window.activeTextEditor;
  const known = editor && (await ask("beast.refactorings", []));
  const items = (known ?? []).filter(({ options }) => Object.keys(options).length > 0);
  const named = items.map((each) => ({ label: each.name, detail: Object.values(each.options).join("; "), each }));
  const chosen = named.length && (await vscode.window.showQuickPick(named, { title: "beast_lsp: Refactor" }));
  if (!chosen) {
    return;
  }
  const settings = [];
  for (const [option, prompt] of Object.entries(chosen.each.options)) {
    const value = await vscode.window.showInputBox({ title: `${chosen.label}: ${option}`, prompt });
    if (value === undefined) {
      return; // Escape means that nothing is to be done.
    }
    settings.push(...(value ? [`${option}=${value}`] : []));
  }
  const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
  const range = client.code2ProtocolConverter.asRange(editor.selection);
  await ask("beast.refactor", [chosen.label, { uri, range }, ...settings]);
}

/** Lets the user name what stands at a place of a document. */
async function renameAt(uri, position) {
  const editor = await vscode.window.showTextDocument(client.protocol2CodeConverter.asUri(uri));
  const place = client.protocol2CodeConverter.asPosition(position);
  editor.selection = new vscode.Selection(place, place);
  await vscode.commands.executeCommand("editor.action.rename");
}

/** Shows a text that nobody can edit, and nobody is asked to save: Markdown as it is meant to look. */
async function show(name, text) {
  const uri = vscode.Uri.from({ scheme: ANSWERS, path: name });
  answers.texts.set(uri.toString(), text);
  answers.changed.fire(uri);
  if (name.endsWith(".md") && vscode.extensions.getExtension("vscode.markdown-language-features")) {
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  } else {
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}

module.exports = { activate, deactivate };
