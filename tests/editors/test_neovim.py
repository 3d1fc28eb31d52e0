"""editors/neovim in a real Neovim 0.12: keys go in, the buffer and the ghost text come out."""

import json
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.editor

CLIENT = Path(__file__).parent.parent.parent / "editors" / "neovim"
# The text of all ghost text in the buffer, as the screen shows it.
GHOST = """
local space = vim.api.nvim_create_namespace('nvim.lsp.inline_completion')
local lines = {}
for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
  local function add(chunks)
    local texts = vim.tbl_map(function(chunk) return chunk[1] end, chunks)
    table.insert(lines, table.concat(texts))
  end
  add(mark[4].virt_text or {})
  vim.tbl_map(add, mark[4].virt_lines or {})
end
return table.concat(lines, '\\n')
"""
# What stands above the functions of the buffer, and all text in floating windows.
LENSES = "return vim.tbl_map(function(each) return each.lens.command.title end, vim.lsp.codelens.get({ bufnr = 0 }))"
QUALITY = "return require('beast_lsp').quality()"
FLOATING = """
local lines = {}
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= '' then
    vim.list_extend(lines, vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false))
  end
end
return table.concat(lines, '\\n')
"""
# Counts the answers to requests for ghost text, so that a test can wait for one that is empty.
COUNT = """
vim.g.answers = 0
vim.api.nvim_create_autocmd('LspRequest', { callback = function(event)
  local request = event.data.request
  if request.type == 'complete' and request.method == 'textDocument/inlineCompletion' then
    vim.g.answers = vim.g.answers + 1
  end
end })
"""


class Neovim:
    """A Neovim without a screen, which keys and questions reach over its socket."""

    def __init__(self, program, socket, words, folder):
        self._program, self._socket = program, str(socket)
        words = [program, "--headless", "--clean", "-n", "--listen", self._socket, *words]
        self.process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _remote(self, option, text):
        words = [self._program, "--clean", "--headless", "--server", self._socket, option, text]
        return subprocess.run(words, check=False, capture_output=True, text=True).stdout.strip()

    def keys(self, text):
        self._remote("--remote-send", text)

    def ask(self, lua):
        """What a Lua chunk returns."""
        quoted = "(function() " + lua.replace("'", "''") + " end)()"
        answer = self._remote("--remote-expr", f"json_encode(luaeval('{quoted}'))")
        return json.loads(answer) if answer else None

    def ghost(self):
        return self.ask(GHOST)

    def answers(self):
        return self.ask("return vim.g.answers")

    def line(self):
        return self.ask("return vim.api.nvim_get_current_line()")

    def text(self):
        return "\n".join(self.ask("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))

    def status(self):
        """What the server says of itself, once it has started."""
        return self.ask("""
            local client = vim.lsp.get_clients({ name = 'beast_lsp', bufnr = 0 })[1]
            local reply = client and client:request_sync('workspace/executeCommand', { command = 'beast.status' }, 5000)
            return reply and reply.result or vim.NIL
        """)

    def close(self):
        self.keys("<C-\\><C-n>:qall!<CR>")
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def options():
    """More of what `setup` is given; tests replace it."""
    return ""


@pytest.fixture
def neovim(find_editor, shop, server_command, tmp_path, until, options):
    """Neovim with shop/returns.py open, and a server that has indexed the shop."""
    program = find_editor("nvim")
    if version(program) < (0, 12):
        pytest.skip(f"{program} is older than 0.12, the first with ghost text")
    (tmp_path / "runtime").mkdir()
    (tmp_path / "runtime" / "lua").symlink_to(CLIENT)
    command = "{" + ", ".join(map(json.dumps, server_command)) + "}"
    start = tmp_path / "start.lua"
    start.write_text(
        f"vim.opt.rtp:prepend({json.dumps(str(tmp_path / 'runtime'))})\n"
        f"require('beast_lsp').setup({{ cmd = {command}, {options} }})\n{COUNT}",
        "utf-8",
    )
    editor = Neovim(program, tmp_path / "socket", ["--cmd", f"luafile {start}", "shop/returns.py"], shop)
    try:
        until(lambda: is_ready(editor.status()), editor.status)
        yield editor
    finally:
        editor.close()


def version(program):
    first = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
    return tuple(int(number) for number in re.findall(r"\d+", first)[:2])


def is_ready(status):
    return status and status["ready"] and status["index"] and all(index["ready"] for index in status["index"])


def test_a_suggestion_appears_and_tab_accepts_it(neovim, until, outcomes):
    write_the_method(neovim, until)
    neovim.keys("<Tab>")
    until(lambda: "payload = self.parse_payload(request)" in neovim.text(), neovim.text)
    task, text, *outcome = until(outcomes)[0]
    assert (task, outcome) == ("inline", ["accepted", "explicit"])
    assert text.startswith("parse_payload(request)")


def test_what_is_typed_before_tab_is_not_doubled(neovim, until):
    write_the_method(neovim, until)
    # These keys come faster than Neovim asks again: the suggestion is still the one for `self.`.
    neovim.keys("par<Tab>")
    until(lambda: "payload = self.parse_payload(request)" in neovim.text(), neovim.text)


def test_what_is_typed_against_a_suggestion_is_not_mixed_with_it(neovim, until):
    write_the_method(neovim, until)
    neovim.keys("xyz<Tab>")
    until(lambda: neovim.line().endswith("xyz"), neovim.text)
    assert neovim.line() == "        payload = self.xyz"


def test_columns_after_characters_of_several_bytes_are_right(neovim, until):
    write_the_method(neovim, until, note='note = "𝄞é"; ')
    neovim.keys("<Tab>")
    until(lambda: '        note = "𝄞é"; payload = self.parse_payload(request)' in neovim.text(), neovim.text)


def test_the_next_word_of_it_can_be_accepted(neovim, until, outcomes):
    write_the_method(neovim, until)
    neovim.keys("<M-Right>")
    until(lambda: neovim.line() == "        payload = self.parse_payload", neovim.text)
    until(lambda: [row[2:] for row in outcomes()] == [("partial", "explicit")], outcomes)


def test_a_suggestion_that_is_dismissed_is_rejected(neovim, until, outcomes):
    write_the_method(neovim, until)
    neovim.keys("<C-]>")
    until(lambda: [row[2:] for row in outcomes()] == [("rejected", "explicit")], outcomes)
    assert neovim.line() == "        payload = self."


def test_tab_without_ghost_text_indents(neovim, until):
    neovim.keys(":set expandtab shiftwidth=4 softtabstop=4<CR>:Beast pause<CR><C-w>o")
    until(lambda: neovim.status()["paused"], neovim.status)
    neovim.keys("Gcc<Tab>x")
    until(lambda: neovim.line() == "    x", neovim.text)


def test_nothing_is_offered_in_the_middle_of_a_word(neovim, until):
    neovim.keys("Go    payload = self.parse_payload<Esc>")
    before = neovim.answers()
    neovim.keys("Fpi")  # before the first letter of parse_payload, where a suggestion would tear it.
    until(lambda: neovim.answers() > before, neovim.status)
    assert neovim.ghost() == ""


def test_nothing_is_offered_while_paused(neovim, until):
    neovim.keys(":Beast pause<CR><C-w>o")
    until(lambda: neovim.status()["paused"], neovim.status)
    neovim.keys("Go    def handle(self, request):<CR>payload = self.")
    until(neovim.answers, neovim.status)
    assert neovim.ghost() == ""
    neovim.keys("<Esc>:Beast resume<CR><C-w>oA")
    until(lambda: neovim.ghost().startswith("parse_payload(request)"), neovim.status)


def write_the_method(neovim, until, note=""):
    """Types up to the place where the rest is plain, and waits for the ghost text that says it."""
    neovim.keys(f"Go    def handle(self, request):<CR>{note}payload = self.")
    until(lambda: neovim.ghost().startswith("parse_payload(request)"), lambda: [neovim.text(), neovim.ghost()])


def test_the_status_line_says_how_the_server_is(neovim, until):
    line = "return require('beast_lsp').status()"
    until(lambda: neovim.ask(line) == "beast_lsp", lambda: neovim.ask(line))
    neovim.keys("<C-\\><C-n>:Beast pause<CR>")
    until(lambda: neovim.ask(line) == "beast_lsp: Suggestions pause.", lambda: neovim.ask(line))
    neovim.keys("<C-\\><C-n>:enew<CR>:set filetype=<CR>")
    until(lambda: neovim.ask("return vim.fn.bufname()") == "", neovim.text)


def test_a_mistake_is_marked_and_repaired(neovim, until):
    marks = "return vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0))"
    neovim.keys("Go<C-u>if request is 3:<CR>pass<C-\\><C-n>")
    until(lambda: neovim.ask(marks) == ["identity-of-a-literal"], lambda: [neovim.ask(marks), neovim.text()])
    repair = "function(action) return action.isPreferred end"
    neovim.ask("vim.cmd('normal! k') vim.lsp.buf.code_action({ filter = " + repair + ", apply = true }) return 1")
    until(lambda: "if request == 3:" in neovim.text(), neovim.text)
    until(lambda: neovim.ask(marks) == [], lambda: neovim.ask(marks))


def test_a_score_stands_above_a_function_until_scores_are_switched_off(neovim, until, verdicts):
    neovim.keys(":edit shop/orders.py<CR>")
    [lens] = until(lambda: neovim.ask(LENSES), neovim.status)
    assert re.match(r"\d+ \w+ \(no history\) · ", lens)
    until(lambda: re.fullmatch(r"\d+ \w+", neovim.ask(QUALITY)), lambda: neovim.ask(QUALITY))
    neovim.keys("G:Beast explain<CR>")  # the cursor is in the function.
    until(lambda: "`OrdersHandler.handle`" in neovim.ask(FLOATING), lambda: neovim.ask(FLOATING))
    neovim.keys(":Beast wrong<CR>")
    assert until(verdicts, neovim.status) == [("OrdersHandler.handle", "down")]
    settings = "{ beast = { quality = { enabled = false } } }"
    neovim.ask(f"""
        local client = vim.lsp.get_clients({{ name = 'beast_lsp', bufnr = 0 }})[1]
        client.settings = {settings}
        return client:notify('workspace/didChangeConfiguration', {{ settings = client.settings }})
    """)
    until(lambda: neovim.ask(LENSES) == [] and neovim.ask(QUALITY) == "", lambda: neovim.ask(LENSES))


@pytest.mark.parametrize("options", ["lenses = false"])
def test_without_lenses_a_score_is_only_explained(neovim, until, verdicts):
    neovim.keys(":edit shop/orders.py<CR>")
    until(lambda: neovim.ask(QUALITY), neovim.status)
    assert neovim.ask(LENSES) == []
    neovim.keys(":Beast wrong<CR>/def<CR>:lua vim.lsp.codelens.run()<CR>")
    until(lambda: "`OrdersHandler.handle`" in neovim.ask(FLOATING), lambda: neovim.ask(FLOATING))
    assert verdicts() == []  # Nothing was explained when it was said to be wrong.


def contents(neovim, name):
    """The lines of a file's buffer, whether it is shown or not; nothing where there is none."""
    get = "local nr = vim.fn.bufnr('shop/%s') return nr > 0 and vim.api.nvim_buf_get_lines(nr, 0, -1, false) or {}"
    return "\n".join(neovim.ask(get % name) or [])


# Answers every question of the server by its button, without a screen; keeps what was asked.
CHOOSE = """
vim.g.asked = ''
local function choose(items, title)
  for place, item in ipairs(items) do
    if item.title == title then return item, place end
  end
end
vim.ui.select = function(items, options, done)
  vim.g.asked = options.prompt
  done(choose(items, '%s'))
end
vim.lsp.handlers['window/showMessageRequest'] = function(_, params)
  vim.g.asked = params.message
  return (choose(params.actions, '%s')) or vim.NIL
end
return 1
"""


def answering(neovim, title):
    neovim.ask(CHOOSE % (title, title))


def test_a_rename_asks_and_changes_two_files_and_is_undone(two_files, neovim, until):
    answering(neovim, "Apply")
    neovim.keys(":edit shop/prices.py<CR>")
    until(lambda: neovim.ask(LENSES), neovim.status)
    neovim.ask("vim.api.nvim_win_set_cursor(0, { 1, 5 }) vim.lsp.buf.rename('cost') return 1")
    until(lambda: "return cost(order)" in contents(neovim, "bill.py"), lambda: neovim.ask("return vim.g.asked"))
    assert "import cost\n" in contents(neovim, "bill.py")
    assert neovim.text() == "def cost(order):\n    return order.total"
    assert "3 edits in 2 files: shop/bill.py, shop/prices.py" in neovim.ask("return vim.g.asked")
    neovim.keys(":Beast undo<CR>")
    until(lambda: "return price(order)" in contents(neovim, "bill.py"), neovim.text)
    until(lambda: neovim.text() == "def price(order):\n    return order.total", neovim.text)


def test_a_rename_that_is_not_agreed_to_changes_nothing(two_files, neovim, until):
    answering(neovim, "Cancel")
    neovim.keys(":edit shop/prices.py<CR>")
    until(lambda: neovim.ask(LENSES), neovim.status)
    neovim.ask("vim.api.nvim_win_set_cursor(0, { 1, 5 }) vim.lsp.buf.rename('cost') return 1")
    until(lambda: neovim.ask("return vim.g.asked"), neovim.text)
    until(neovim.status)  # the answer to the rename came before this one.
    assert neovim.text() == "def price(order):\n    return order.total"


def test_an_extracted_variable_is_named_at_once(two_files, neovim, until):
    neovim.ask("vim.ui.input = function(_, done) done('amount') end return 1")
    neovim.keys(":edit shop/prices.py<CR>")
    until(lambda: neovim.ask(LENSES), neovim.status)
    extract = "function(action) return action.title == 'Extract variable' end"
    where = "range = { start = { 2, 11 }, ['end'] = { 2, 22 } }"
    neovim.ask(f"vim.lsp.buf.code_action({{ filter = {extract}, apply = true, {where} }}) return 1")
    until(lambda: "    amount = order.total\n    return amount" in neovim.text(), neovim.text)


def test_a_function_moves_to_another_file(two_files, neovim, until):
    answering(neovim, "Apply")
    neovim.keys(":edit shop/prices.py<CR>")
    until(lambda: neovim.ask(LENSES), neovim.status)
    neovim.keys("gg:normal! w<CR>:Beast refactor move-symbol to=shop.money<CR>")
    until(lambda: "def price" in contents(neovim, "money.py"), lambda: neovim.ask("return vim.g.asked"))
    until(lambda: "from shop.money import price" in contents(neovim, "bill.py"), lambda: contents(neovim, "bill.py"))
    assert "def price" not in contents(neovim, "prices.py")
    neovim.keys(":Beast undo<CR>")
    until(lambda: "def price" in contents(neovim, "prices.py"), neovim.text)
    until(lambda: not (two_files[0].parent / "money.py").exists(), neovim.text)


def test_tests_are_written_and_taken_back(two_files, neovim, until):
    answering(neovim, "Run once")  # Where the system confines nothing, the user is asked.
    neovim.keys(":edit shop/prices.py<CR>")
    until(lambda: neovim.ask(LENSES), neovim.status)
    neovim.keys(":Beast tests<CR>")
    written = until(
        lambda: next((each for each in two_files[0].parents[1].rglob("test_prices.py")), None),
        lambda: neovim.ask("return vim.fn.execute('messages')"),
    )
    until(lambda: "price" in neovim.text() and "def test_" in neovim.text(), neovim.text)
    neovim.keys(":Beast undo<CR>")
    until(lambda: not written.exists(), neovim.text)
