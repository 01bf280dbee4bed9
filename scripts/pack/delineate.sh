#!/bin/sh
# Starts the command line on the Node.js beside this file; a link to it may lie anywhere.
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/../dist/cli/main.js" "$@"
