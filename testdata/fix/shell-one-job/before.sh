#!/bin/bash
curl -X POST -H 'Content-Type: application/json' -d '{"build_parameters": {"CIRCLE_JOB": "deploy"}}' "https://circleci.com/api/v1.1/project/github/acme/web/tree/main?circle-token=$TOKEN"
# curl -X POST "https://circleci.com/api/v1.1/project/github/acme/web/build?circle-token=$TOKEN"
