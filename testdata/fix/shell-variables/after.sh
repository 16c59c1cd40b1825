#!/usr/bin/env bash
set -e
ORG=acme
API="https://circleci.com/api/v2"
PROJECT="$API/project/github/$ORG/web"

curl -sf -X POST -u "$CIRCLE_TOKEN:" "$PROJECT/job/$1/cancel"
names=$(curl -sf -u "$CIRCLE_TOKEN:" "$PROJECT/envvar" | jq -r '.items[].name')
echo "$names"
