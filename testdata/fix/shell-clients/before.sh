#!/bin/sh
# The other clients, and the query as data.
curl -sG https://circleci.com/api/v1.1/project/github/acme/site/7/artifacts --data-urlencode "circle-token=$T" | jq -r '.[0].url'
wget -qO- "https://circleci.com/api/v1.1/project/github/acme/site/7/artifacts?circle-token=$T" | jq -r '.[].path'
wget -q --post-data='' "https://circleci.com/api/v1.1/project/github/acme/site/tree/main?circle-token=$T" -O /dev/null
http POST https://circleci.com/api/v1.1/project/github/acme/site/envvar circle-token=="$T" name=A value=b
xh post https://circleci.com/api/v1.1/project/github/acme/site/7/cancel Circle-Token:"$T"
circleci api POST api/v1.1/project/github/acme/site/7/cancel
