#!/bin/bash
# JSON in single quotes that values leave, from a function, and from a variable that is set too early.
curl -X POST \
  -H "Content-Type: application/json" \
  -u "$CIRCLE_TOKEN:" \
  -d '{
    "parameters": {
      "VERSION": "'"$VERSION"'",
      "CHANNEL": "stable"
    },
    "branch": "'"$BRANCH"'"
  }' \
  "https://circleci.com/api/v2/project/github/acme/site/pipeline"

post_data() {
  cat <<EOF
{
  "parameters": { "VERSION": "$VERSION" },
  "branch": "$BRANCH"
}
EOF
}
curl -X POST -H "Content-Type: application/json" -u "$CIRCLE_TOKEN:" --data "$(post_data)" \
  "https://circleci.com/api/v2/project/github/acme/docs/pipeline"

early=$(cat <<EOF
{"build_parameters": {"VERSION": "$VERSION"}}
EOF
)
late=$(git branch --show-current)
curl -X POST -H "Content-Type: application/json" -u "$CIRCLE_TOKEN:" -d "$early" \
  "https://circleci.com/api/v1.1/project/github/acme/site/tree/$late"
