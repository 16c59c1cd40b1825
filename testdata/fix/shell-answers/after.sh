#!/bin/bash
# What follows the call: a filter in a variable, a file, a here-string, a function's output.
set -eo pipefail
ARTIFACTS="https://circleci.com/api/v2/project/github/acme/site/$1/artifacts"
AUTH="Circle-Token: $CIRCLE_TOKEN"
pick='.items[] | select(.path | endswith(".apk")) | .url'
curl -sf -H "$AUTH" "$ARTIFACTS" | jq -r "$pick"
curl -sf -H "$AUTH" "$ARTIFACTS" > list.json
jq -r --arg name "$2" '.items[] | select(.path == $name) | .url' list.json
answer=$(curl -sf -H "$AUTH" "$ARTIFACTS")
jq '.items | map(.path) | first' <<<"$answer"
artifacts() { curl -sf -H "$AUTH" "$ARTIFACTS"; }
count=$(artifacts | jq '.items | length')
echo "$count"
diff <(curl -sf -H "$AUTH" "$ARTIFACTS" | jq -r .items[].path) wanted.txt
