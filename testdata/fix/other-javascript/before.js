const got = require('got');
// fetch('https://circleci.com/api/v1.1/me')
async function main() {
  const builds = `https://circleci.com/api/v1.1/project/github/${org}/${repo}/tree/${branch}?limit=1`;
  const [latest] = await got(builds).json();
  await fetch(`https://circleci.com/api/v1.1/project/github/${org}/${repo}/${n}/cancel`, {
    method: 'POST',
    headers,
  });
  await axios.post('https://circleci.com/api/v1.1/project/github/acme/site/build', {branch});
  return helper('/recent-builds');
}
