#!/bin/bash
# A branch is encoded for a path, and must not be for a body.
slug=github/acme/site
curl -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/$slug/tree/${BRANCH//\//%2F}"
encoded=$(jq -rn --arg name "$TARGET" '$name | @uri')
curl -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/$slug/tree/$encoded"
curl -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/$slug/tree/feature%2Flogin"
here=$(git rev-parse --abbrev-ref HEAD | sed 's|/|%2F|g')
curl -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/$slug/tree/$here"
BRANCH=${BRANCH//\//%2F}
curl -fX POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/$slug/tree/$BRANCH"
