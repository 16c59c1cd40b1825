#!/bin/bash
# Several URLs in one command, several commands in one curl, one command in several rounds.
curl -s -H "Circle-Token: $T" "https://circleci.com/api/v2/project/github/acme/site/7/tests" \
  "https://circleci.com/api/v2/project/github/acme/site/8/tests"
curl -s -X POST -u "$T:" https://circleci.com/api/v2/project/github/acme/site/job/7/cancel \
  --next -s -H "Circle-Token: $T" https://circleci.com/api/v2/project/github/acme/site/envvar
for what in me projects; do
  curl -s -u "$T:" "https://circleci.com/api/v1.1/$what"
done
for commit in $(git rev-list HEAD~3..HEAD); do
  curl -u "$T:" -d "revision=$commit" -d branch=main https://circleci.com/api/v1.1/project/github/acme/site/build
done
