#!/bin/bash
. "$(dirname "$0")/lib.sh"
circle_get "project/github/acme/site/envvar" | jq -r '.[].name'
