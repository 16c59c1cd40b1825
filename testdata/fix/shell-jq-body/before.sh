#!/bin/bash
# Bodies that jq builds are edited in jq, and new ones are built by jq.
api=https://circleci.com/api/v1.1/project/github/acme
body=$(jq -n --arg tag "$TAG" '{build_parameters: {IMAGE_TAG: $tag}}')
curl -X POST -H 'Content-Type: application/json' -u "$CIRCLE_TOKEN:" -d "$body" "$api/deploy/tree/main"

jq -n --arg tag "$TAG" --arg ref "$REF" '{branch: $ref, build_parameters: {IMAGE_TAG: $tag, DRY_RUN: "no"}}' |
  curl -X POST -H 'Content-Type: application/json' -u "$CIRCLE_TOKEN:" -d @- "$api/deploy"

curl -X POST -H 'Content-Type: application/json' -u "$CIRCLE_TOKEN:" \
  -d "$(jq -nc --arg tag "$TAG" '{"build_parameters": {"IMAGE_TAG": $tag}}')" "$api/site/tree/$REF"

curl -X POST -u "$CIRCLE_TOKEN:" -d "build_parameters[MESSAGE]=$MESSAGE" -d "build_parameters[LEVEL]=2" "$api/notify/tree/$REF"
