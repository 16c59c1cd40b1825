#!/bin/bash
# The status code is looked at, alone or behind the answer.
code=$(curl -s -o /dev/null -w '%{http_code}' -X POST -u "$T:" https://circleci.com/api/v1.1/project/github/acme/site/build)
[ "$code" -eq 200 ] || exit 1

out=$(curl -s -w '\n%{http_code}' -u "$T:" --json '{"name": "A", "value": "b"}' https://circleci.com/api/v1.1/project/gh/acme/site/envvar)
if [[ $(tail -n1 <<<"$out") != 200 ]]; then
  echo "$out" | sed '$d' | jq .name
fi
if [ "${out: -3}" = 200 ]; then echo stored; fi
