#!/bin/bash
# JSON in single quotes that values leave, from a function, and from a variable that is set too early.
curl -X POST \
  -H "Content-Type: application/json" \
  -u "$CIRCLE_TOKEN:" \
  -d '{
    "build_parameters": {
      "VERSION": "'"$VERSION"'",
      "CHANNEL": "stable"
    }
  }' \
  "https://circleci.com/api/v1.1/project/github/acme/site/tree/$BRANCH"

post_data() {
  cat <<EOF
{
  "build_parameters": { "VERSION": "$VERSION" }
}
EOF
}
curl -X POST -H "Content-Type: application/json" -u "$CIRCLE_TOKEN:" --data "$(post_data)" \
  "https://circleci.com/api/v1.1/project/github/acme/docs/tree/$BRANCH"

early=$(cat <<EOF
{"build_parameters": {"VERSION": "$VERSION"}}
EOF
)
late=$(git branch --show-current)
curl -X POST -H "Content-Type: application/json" -u "$CIRCLE_TOKEN:" -d "$early" \
  "https://circleci.com/api/v1.1/project/github/acme/site/tree/$late"
