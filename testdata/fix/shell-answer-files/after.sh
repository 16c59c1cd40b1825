#!/bin/bash
# A function that writes the answer to the file it is told: what is read there, where the function is called, counts.
get() {
  local from="$1" into="$2"
  curl -sf -H "Circle-Token: $T" -o "$into" "$from"
}
artifacts() {
  get "https://circleci.com/api/v2/project/github/acme/site/$1/artifacts" files.json
  jq -r '.items[].url' files.json
}
authors() {
  get "https://circleci.com/api/v1.1/project/github/acme/site/$CIRCLE_BUILD_NUM" build.json
  jq -r '.all_commit_details[].author_email' build.json
}
tests() {
  get "https://circleci.com/api/v2/project/github/acme/site/$CIRCLE_BUILD_NUM/tests" tests.json
  ./upload tests.json
}
# One finding for each call, not one more for each function above it.
main() {
  authors
  tests
}
artifacts 12
main
