"""Templates as class attributes, far above the calls of a helper that makes URLs of them."""
import requests


class Api:
    API = "https://circleci.com/api/v1.1"
    ARTIFACTS = "/project/github/acme/web/{number}/artifacts"
    CANCEL = "/project/github/acme/web/{number}/cancel"

    def __init__(self, token):
        self.token = token

    def _send(self, method, path, **values):
        """Send a request, with the token in a header.

        The path is a template of one of the class attributes above; what the template leaves open is filled in from
        the keyword arguments, so that a caller never has to build a URL of its own, and no URL is ever written twice.
        The answer is decoded, where it is JSON, and given back as it is, so that a caller reads what it needs of it.
        Errors of the server are raised as they are: a caller that can do without an answer catches them, and others
        let them go up to the command line, where they are shown with the URL, but without the token. The method comes
        first, as in requests itself, since it is what decides whether a call may be made a second time at all, and all
        that may not is marked so in the documents of the API. There is no retry here, and there will be none: scripts
        that need one have it already, around the whole of what they do, and would wait twice if there was another one
        below. Pages are not followed here either, since what is asked for fits in one.
        """
        url = (self.API + path).format(**values)
        answer = requests.request(method, url, headers={"Circle-Token": self.token})
        answer.raise_for_status()
        return answer

    def artifacts(self, number):
        return [a["url"] for a in self._send("GET", self.ARTIFACTS, number=number).json()]

    def stop(self, number):
        self._send("POST", self.CANCEL, number=number)
