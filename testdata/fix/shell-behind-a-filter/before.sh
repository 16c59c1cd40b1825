#!/bin/bash
# A filter that is not followed, with jq behind it: the fields that are read cannot be told, so the call stays.
curl -s -H "Circle-Token: $T" "https://circleci.com/api/v1.1/project/github/acme/site/$N" | sed 1d | jq '[.steps[].actions[] | select(.failed)] | length'
curl -s -H "Circle-Token: $T" "https://circleci.com/api/v1.1/project/github/acme/site/$N/tests" | tr -d '\r' | tee tests.json | jq '.tests | length'
# With nothing behind it the text of the answer is read.
curl -s -H "Circle-Token: $T" "https://circleci.com/api/v1.1/project/github/acme/site/$N/artifacts" | grep -o 'https://[^"]*' | sort
curl -s -H "Circle-Token: $T" "https://circleci.com/api/v1.1/project/github/acme/site/$N/artifacts" | jq -r '.[].url' | sed 's/$/?raw/'
