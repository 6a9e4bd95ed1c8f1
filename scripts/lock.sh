#!/bin/sh
# Resolves requirements/*.in in fresh environments and writes the lock files: names and versions, nothing else.
# Usage: scripts/lock.sh PYTHON310 PYTHON311
set -eu
cd "$(dirname "$0")/.."
for pair in "rasa:$1" "main:$2"; do
  name=${pair%%:*}
  python=${pair#*:}
  folder=$(mktemp -d)
  "$python" -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --progress-bar off -r "requirements/$name.in"
  {
    echo "# Made by make lock from $name.in; names and versions only."
    "$folder/bin/python" -m pip freeze --all --exclude pip --exclude wheel | sed -E 's/\+cpu//; s/ @ .*//' | grep '=='
  } > "requirements/$name.lock"
  rm -rf "$folder"
done
