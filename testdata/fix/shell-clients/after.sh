#!/bin/sh
# The other clients, and the query as data.
curl -sG -H "Circle-Token: $T" https://circleci.com/api/v2/project/github/acme/site/7/artifacts | jq -r '.items[0].url'
wget --header="Circle-Token: $T" -qO- "https://circleci.com/api/v2/project/github/acme/site/7/artifacts" | jq -r '.items[].path'
wget -q --header="Circle-Token: $T" --header="Content-Type: application/json" --post-data='{"branch": "main"}' "https://circleci.com/api/v2/project/github/acme/site/pipeline" -O /dev/null
http POST https://circleci.com/api/v2/project/github/acme/site/envvar "Circle-Token:$T" name=A value=b
xh post https://circleci.com/api/v2/project/github/acme/site/job/7/cancel Circle-Token:"$T"
circleci api POST api/v2/project/github/acme/site/job/7/cancel
