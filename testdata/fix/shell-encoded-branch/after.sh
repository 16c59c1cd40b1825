#!/bin/bash
# A branch is encoded for a path, and must not be for a body.
slug=github/acme/site
curl -H "Content-Type: application/json" -d "$(jq -n --arg branch "${BRANCH}" '{"branch": $branch}')" -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v2/project/$slug/pipeline"
encoded=$(jq -rn --arg name "$TARGET" '$name | @uri')
curl -H "Content-Type: application/json" -d "$(jq -n --arg branch "${TARGET}" '{"branch": $branch}')" -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v2/project/$slug/pipeline"
curl -H "Content-Type: application/json" -d '{"branch": "feature/login"}' -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v2/project/$slug/pipeline"
here=$(git rev-parse --abbrev-ref HEAD | sed 's|/|%2F|g')
curl -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/$slug/tree/$here"
BRANCH=${BRANCH//\//%2F}
curl -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/$slug/tree/$BRANCH"
