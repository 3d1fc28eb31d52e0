--- beast_lsp for Neovim 0.12: ghost text from the language server `beast-lsp`, with Tab to accept.
---
---     require('beast_lsp').setup()
---
--- `setup` takes a table; these are its defaults:
---
---     cmd = { 'beast-lsp' },       -- the server, as the first word of a command line
---     filetypes = nil,             -- a list of file types; nil is every file
---     settings = {},               -- the server's settings, such as { inline = { eagerness = 'low' } }
---     lenses = true,               -- whether each function's score stands above it
---     keys = {                     -- in insert mode; false leaves a key alone
---       accept = '<Tab>',
---       accept_word = '<M-Right>', -- the next word of the ghost text only
---       dismiss = '<C-]>',
---     },
---
--- Outside ghost text each key does what it did in a Neovim without configuration. The command `:Beast` takes `code`
--- (what the function around the cursor does), `explain` (its score), `right`, `wrong` (about the score that was
--- explained last), `tests` (writes some for the code at the cursor), `untested` (what no test reaches), `pause`,
--- `resume`, `status`, `style`, `undo` (the last refactoring), or `refactor` with a refactoring and what it is to know:
--- `refactor move-symbol to=shop.money`.

local M = { _qualities = {} } -- of files, by URI

local NAME = 'beast_lsp'
local DEFAULTS = {
  cmd = { 'beast-lsp' },
  settings = {},
  lenses = true,
  keys = { accept = '<Tab>', accept_word = '<M-Right>', dismiss = '<C-]>' },
}
local EXPLAIN, FEEDBACK, UNDO = 'beast.explainQuality', 'beast.qualityFeedback', 'beast.undoLastRefactoring'
local EXPLAIN_CODE = 'beast.explain'
local RENAME = 'beast.rename' -- of this client: the server asks for it after something was extracted
local ACTIONS = {
  'code', 'explain', 'pause', 'refactor', 'resume', 'right', 'status', 'style', 'tests', 'undo', 'untested', 'wrong',
}
-- A repository is one workspace; without one, the nearest folder that looks like a project is.
local ROOT_MARKERS = {
  { 'beast.toml', '.git', '.hg', '.jj' },
  { 'pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml', 'compile_commands.json', 'pom.xml', 'build.gradle' },
}

--- Starts the server for the files that are open and those to come, and maps the keys.
---@param options? table see the top of this file
function M.setup(options)
  options = vim.tbl_deep_extend('force', DEFAULTS, options or {})
  vim.lsp.config(NAME, {
    cmd = options.cmd,
    filetypes = options.filetypes,
    root_markers = ROOT_MARKERS,
    settings = { beast = options.settings },
    capabilities = {
      experimental = {
        serverStatusNotification = true,
        qualityNotification = true,
        explanations = true,
        commands = { commands = { RENAME } },
      },
    },
    handlers = {
      ['experimental/serverStatus'] = M._status_changed,
      ['beast/quality'] = M._quality_changed,
    },
    commands = { [EXPLAIN] = M._explain, [EXPLAIN_CODE] = M._explain_code, [RENAME] = M._rename },
    on_attach = function(client)
      vim.lsp.inline_completion.enable(true, { client_id = client.id })
      vim.lsp.codelens.enable(options.lenses, { client_id = client.id })
    end,
  })
  vim.lsp.enable(NAME)
  vim.api.nvim_create_user_command('Beast', M._run_command, {
    nargs = '+',
    range = true,
    complete = function()
      return ACTIONS
    end,
    desc = 'beast_lsp: ' .. table.concat(ACTIONS, ', '),
  })
  for action, key in pairs(options.keys) do
    if key then
      M._map(key, M[action])
    end
  end
end

--- How the server is, for a status line: `%{v:lua.require'beast_lsp'.status()}`. Empty where there is none.
---@return string
function M.status()
  local status = M._status
  if not status or not M._client() then
    return ''
  end
  local note = vim.split(status.message, '\n')[1]
  return 'beast_lsp' .. (status.quiescent and '' or ' …') .. (note == '' and '' or ': ' .. note)
end

function M._status_changed(_, status)
  M._status = status
  vim.cmd.redrawstatus({ bang = true })
end

--- The file's score, for a status line: `62 fair`. Empty where there is none.
---@return string
function M.quality()
  local quality = M._client() and M._qualities[vim.uri_from_bufnr(0)]
  return quality and quality.score .. ' ' .. quality.word or ''
end

function M._quality_changed(_, told)
  M._qualities[told.uri] = told.quality ~= vim.NIL and told.quality or nil
  vim.cmd.redrawstatus({ bang = true })
end

--- Accepts the ghost text. False where there is none.
---@return boolean
function M.accept()
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      M._insert(item, item.insert_text, item.command)
    end,
  })
end

--- Accepts the next word of the ghost text. False where there is none.
---@return boolean
function M.accept_word()
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local typed = M._typed(item) or ''
      -- A word with what stands before it, or what there is before the next word: signs, a new line.
      local pattern = '^[^%w_\128-\255]*[%w_\128-\255]+'
      local rest = item.insert_text:sub(#typed + 1)
      local word = rest:match(pattern) or rest
      if typed .. word == item.insert_text then
        return M._insert(item, item.insert_text, item.command)
      end
      local length = vim.str_utfindex(typed .. word, 'utf-16')
      M._insert(item, typed .. word, M._ours(item, 'beast.partialAccept', length))
    end,
  })
end

--- Removes the ghost text and tells the server that it was not wanted. False where there is none.
---@return boolean
function M.dismiss()
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      M._execute(item, M._ours(item, 'beast.reject'))
    end,
  })
end

--- Puts `text`, all of the item's or its beginning, where the item belongs, and runs the command.
---
--- Neovim's own way inserts the item where it was asked for, so that what was typed since stands there twice.
function M._insert(item, text, command)
  local typed = M._typed(item)
  if not typed then
    return -- something else was typed meanwhile: the ghost text is of the past.
  end
  local row, start, _, stop = item.range:to_extmark()
  -- What the item replaces after the cursor are its own closing brackets: a part of it leaves them.
  local last = text == item.insert_text and stop + #typed or start + #typed
  local line = vim.api.nvim_get_current_line()
  local lines = vim.split(text, '\n', { plain = true })
  vim.bo.undolevels = vim.bo.undolevels -- ends the undo step, so that undo takes back the suggestion alone.
  vim.api.nvim_buf_set_text(0, row, start, row, math.min(last, #line), lines)
  local column = #lines[#lines] + (#lines == 1 and start or 0)
  vim.api.nvim_win_set_cursor(0, { row + #lines, column })
  M._execute(item, command)
end

--- What was typed of the item since it was asked for; nil where something else was.
---@return string?
function M._typed(item)
  local cursor = vim.api.nvim_win_get_cursor(0)
  local row, column = item.range:to_extmark()
  local typed = vim.api.nvim_get_current_line():sub(column + 1, cursor[2])
  local is_there = row == cursor[1] - 1 and column <= cursor[2] and vim.startswith(item.insert_text, typed)
  return is_there and typed or nil
end

--- One of our commands for the item, with its id first; nil for an item of another server.
function M._ours(item, name, ...)
  local command = item.command
  if command and command.command == 'beast.accept' then
    return { title = '', command = name, arguments = { command.arguments[1], ... } }
  end
end

function M._execute(item, command)
  local client = vim.lsp.get_client_by_id(item.client_id)
  if client and command then
    client:exec_cmd(command, { bufnr = 0 })
  end
end

function M._map(key, action)
  vim.keymap.set('i', key, function()
    if action() then
      return ''
    end
    -- This is what Neovim's own mapping of Tab does.
    if key:lower() == '<tab>' and vim.snippet.active({ direction = 1 }) then
      return '<Cmd>lua vim.snippet.jump(1)<CR>'
    end
    return key
  end, { expr = true, desc = 'beast_lsp' })
end

--- The server of the current buffer, if it has one.
function M._client()
  return vim.lsp.get_clients({ name = NAME, bufnr = 0 })[1]
end

--- `:Beast explain` and the others, for the server of the current buffer.
function M._run_command(call)
  local client = M._client()
  if not client then
    return vim.notify('beast_lsp does not run in this buffer; see :checkhealth vim.lsp', vim.log.levels.WARN)
  end
  local uri, action = vim.uri_from_bufnr(0), call.fargs[1]
  if action == 'explain' then
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    M._explain({ command = EXPLAIN, arguments = { uri, line } }, { client_id = client.id })
  elseif action == 'code' then
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    M._explain_code({ command = EXPLAIN_CODE, arguments = { uri, line } }, { client_id = client.id })
  elseif action == 'right' or action == 'wrong' then
    M._judge(client, action)
  elseif action == 'refactor' then
    M._refactor(client, uri, call)
  elseif action == 'undo' then
    M._ask(client, UNDO, { uri }, function() end) -- a message of the server says what was undone.
  elseif action == 'tests' then
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    M._ask(client, 'beast.writeTests', { uri, line }, function() end) -- a message of the server says what came of it.
  elseif action == 'untested' then
    M._ask(client, 'beast.untested', { uri }, M._show)
  elseif action == 'style' then
    M._ask(client, 'beast.showStyleProfile', { uri }, M._show)
  else
    M._ask(client, 'beast.' .. action, nil, M._show)
  end
end

--- Says why something has its score; what `:Beast explain` does, and running a code lens.
function M._explain(command, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  M._ask(client, command.command, command.arguments, function(result)
    M._explained = result.prediction_id ~= vim.NIL and result.prediction_id or nil
    M._show(result)
  end)
end

--- Says what the code at a place does; what `:Beast code` does, and the code action.
function M._explain_code(command, context)
  M._ask(assert(vim.lsp.get_client_by_id(context.client_id)), command.command, command.arguments, M._show)
end

--- Does a refactoring that needs to be told more than a place: `:Beast refactor NAME option=value …`.
function M._refactor(client, uri, call)
  local encoding = client.offset_encoding
  local given = call.range > 0 and vim.lsp.util.make_given_range_params(nil, nil, 0, encoding)
  local place = { uri = uri, range = (given or vim.lsp.util.make_range_params(0, encoding)).range }
  local arguments = vim.list_extend({ call.fargs[2] or '', place }, call.fargs, 3)
  M._ask(client, 'beast.refactor', arguments, function() end) -- the edit itself shows what was done.
end

--- Lets the user name what stands at a place of a document.
function M._rename(command, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local uri, place = unpack(command.arguments)
  local location = { uri = uri, range = { start = place, ['end'] = place } }
  if vim.lsp.util.show_document(location, client.offset_encoding, { focus = true }) then
    vim.lsp.buf.rename(nil, { name = NAME })
  end
end

--- Tells the server whether the score that was explained last is right.
function M._judge(client, verdict)
  if not M._explained then
    return vim.notify('beast_lsp: first `:Beast explain` a score', vim.log.levels.WARN)
  end
  local arguments = { M._explained, verdict == 'right' and 'up' or 'down' }
  M._ask(client, FEEDBACK, arguments, function()
    vim.notify('beast_lsp: noted that the score is ' .. verdict)
  end)
end

--- Runs a command of the server, and gives its answer to `use`; a refusal is shown.
function M._ask(client, command, arguments, use)
  client:request('workspace/executeCommand', { command = command, arguments = arguments }, function(problem, result)
    if problem then
      return vim.notify(problem.message, vim.log.levels.WARN)
    end
    use(result)
  end, 0)
end

function M._show(result)
  local text = result.markdown or vim.inspect(result)
  vim.lsp.util.open_floating_preview(vim.split(text, '\n'), result.markdown and 'markdown' or 'lua', {})
end

return M
