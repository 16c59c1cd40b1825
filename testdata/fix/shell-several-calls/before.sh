#!/bin/bash
# Several URLs in one command, several commands in one curl, one command in several rounds.
curl -s "https://circleci.com/api/v1.1/project/github/acme/site/7/tests?circle-token=$T" \
  "https://circleci.com/api/v1.1/project/github/acme/site/8/tests?circle-token=$T"
curl -s -X POST -u "$T:" https://circleci.com/api/v1.1/project/github/acme/site/7/cancel \
  --next -s -H "Circle-Token: $T" https://circleci.com/api/v1.1/project/github/acme/site/envvar
for what in me projects; do
  curl -s -u "$T:" "https://circleci.com/api/v1.1/$what"
done
for commit in $(git rev-list HEAD~3..HEAD); do
  curl -u "$T:" -d "revision=$commit" -d branch=main https://circleci.com/api/v1.1/project/github/acme/site/build
done
