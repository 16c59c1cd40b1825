#!/bin/sh
curl --silent --show-error \
  -H "Content-Type: application/json" \
  --user ${CIRCLE_API_USER_TOKEN}: \
  --data "{\"branch\": \"$BRANCH\", \"parameters\": {\"VERSION\": \"$VERSION\"}}" \
  https://circleci.com/api/v2/project/github/acme/web/pipeline
