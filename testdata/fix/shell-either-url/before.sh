#!/bin/bash
# A function that is given one of two URLs: both move with what is read of the answer, or none does.
list() {
  curl -sf -H "Circle-Token: $T" "$1"
}
if [ "$KIND" = artifacts ]; then
  where="https://circleci.com/api/v1.1/project/github/acme/site/$(last_build "$BRANCH")/artifacts"
else
  where="https://circleci.com/api/v1.1/project/github/acme/site/$NUMBER/artifacts"
fi
list "$where" | jq -r '.[].url'
if [ "$KIND" = branch ]; then
  builds="https://circleci.com/api/v1.1/project/github/acme/site/tree/$(escaped "$BRANCH")?limit=5"
else
  builds="https://circleci.com/api/v1.1/project/github/acme/site?limit=5"
fi
list "$builds" | jq '.[0].build_num'
