#!/bin/bash
# What follows the call: a filter in a variable, a file, a here-string, a function's output.
set -eo pipefail
ARTIFACTS="https://circleci.com/api/v1.1/project/github/acme/site/$1/artifacts"
AUTH="Circle-Token: $CIRCLE_TOKEN"
pick='.[] | select(.path | endswith(".apk")) | .url'
curl -sf -H "$AUTH" "$ARTIFACTS" | jq -r "$pick"
curl -sf -H "$AUTH" "$ARTIFACTS" > list.json
jq -r --arg name "$2" '.[] | select(.path == $name) | .url' list.json
answer=$(curl -sf -H "$AUTH" "$ARTIFACTS")
jq 'map(.path) | first' <<<"$answer"
artifacts() { curl -sf -H "$AUTH" "$ARTIFACTS"; }
count=$(artifacts | jq length)
echo "$count"
diff <(curl -sf -H "$AUTH" "$ARTIFACTS" | jq -r .[].path) wanted.txt
