#!/usr/bin/env bash
# Arguments kept in arrays, as release scripts like to do.
set -euo pipefail

AUTH=(-u "${CIRCLE_TOKEN}:")
OPTS=(--silent --show-error --fail)
OPTS+=(--header "Content-Type: application/json")

curl "${OPTS[@]}" "${AUTH[@]}" --data '{"branch": "release"}' https://circleci.com/api/v2/project/github/acme/site/pipeline

SET_VARIABLE=(
  --request POST
  --data '{"name": "CHANNEL", "value": "beta"}'
  "https://circleci.com/api/v2/project/github/acme/site/envvar"
)
curl -H "Circle-Token: $CIRCLE_TOKEN" "${OPTS[@]}" "${SET_VARIABLE[@]}"
