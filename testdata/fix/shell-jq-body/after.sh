#!/bin/bash
# Bodies that jq builds are edited in jq, and new ones are built by jq.
api=https://circleci.com/api/v2/project/github/acme
body=$(jq -n --arg tag "$TAG" '{parameters: {IMAGE_TAG: $tag}, "branch": "main"}')
curl -X POST -H 'Content-Type: application/json' -u "$CIRCLE_TOKEN:" -d "$body" "$api/deploy/pipeline"

jq -n --arg tag "$TAG" --arg ref "$REF" '{branch: $ref, parameters: {IMAGE_TAG: $tag, DRY_RUN: "no"}}' |
  curl -X POST -H 'Content-Type: application/json' -u "$CIRCLE_TOKEN:" -d @- "$api/deploy/pipeline"

curl -X POST -H 'Content-Type: application/json' -u "$CIRCLE_TOKEN:" \
  -d "$(jq -nc --arg branch "$REF" --arg tag "$TAG" '{"parameters": {"IMAGE_TAG": $tag}, "branch": $branch}')" "$api/site/pipeline"

curl -H "Content-Type: application/json" -X POST -u "$CIRCLE_TOKEN:" -d "$(jq -n --arg branch "$REF" --arg MESSAGE "$MESSAGE" '{"branch": $branch, "parameters": {"MESSAGE": $MESSAGE, "LEVEL": "2"}}')" "$api/notify/pipeline"
