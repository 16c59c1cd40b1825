#!/bin/bash
# Ways on which an answer goes out of sight, and a state that v2 does not have.
JOB="https://circleci.com/api/v1.1/project/github/acme/site/7"
curl -sf -u "$T:" "$JOB/artifacts" | jq --slurp '.[0][0].url'
curl -sf -u "$T:" "$JOB/artifacts" | jq -n 'input | length'
curl -sf -u "$T:" "$JOB/artifacts" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["url"])'
curl -sf -u "$T:" "https://circleci.com/api/v2/project/github/acme/docs/7/artifacts" | grep -o 'https://[^"]*'
state=$(curl -sf -u "$T:" "https://circleci.com/api/v1.1/project/github/acme/docs/7" | jq -r .status)
[ "$state" = fixed ] && echo "green again"
