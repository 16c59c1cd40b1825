curl -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel
if [ "$x" = 1; then
  echo "never closed
