#!/bin/bash
# v2 as it is today, and other people's APIs
curl -fsS -X POST -H "Circle-Token: $CIRCLE_TOKEN" -H "Content-Type: application/json" \
  -d '{"branch": "main"}' https://circleci.com/api/v2/project/gh/acme/web/pipeline
curl -s "https://gitlab.example.com/api/v1/projects/7/jobs"
curl -s https://ci.example.com/api/v1.1/artifacts | jq '.[0].start_time'
