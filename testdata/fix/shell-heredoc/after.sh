#!/bin/bash
body=$(cat <<EOF
{
  "parameters": {
    "TARGET": "$1"
  },
  "branch": "main"
}
EOF
)
curl -X POST --header "Content-Type: application/json" --data "$body" \
     -H "Circle-Token: $CIRCLE_TOKEN" \
     "https://circleci.com/api/v2/project/gh/acme/web/pipeline"
