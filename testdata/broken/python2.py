import urllib2

print urllib2.urlopen("https://circleci.com/api/v1.1/project/gh/acme/web/7/artifacts?circle-token=" + TOKEN).read()
