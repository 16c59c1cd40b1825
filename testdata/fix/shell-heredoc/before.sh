#!/bin/bash
body=$(cat <<EOF
{
  "build_parameters": {
    "TARGET": "$1"
  }
}
EOF
)
curl -X POST --header "Content-Type: application/json" --data "$body" \
     "https://circleci.com/api/v1/project/acme/web/tree/main?circle-token=$CIRCLE_TOKEN"
