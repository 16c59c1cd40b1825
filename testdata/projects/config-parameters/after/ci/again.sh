#!/bin/sh
# Builds the site again, with another flavour.
set -e
project="https://circleci.com/api/v2/project/github/$CIRCLE_PROJECT_USERNAME/$CIRCLE_PROJECT_REPONAME"
curl --fail --silent --user "$CIRCLE_TOKEN:" --request POST \
  --header "Content-Type: application/json" \
  --data "{\"parameters\": {\"FLAVOUR\": \"$1\", \"CHANNEL\": \"stable\"}, \"branch\": \"main\"}" \
  "$project/pipeline" > /dev/null
