"""The reference as a function from request to answer, by WSGI and without a socket."""

import io
from urllib.parse import unquote_to_bytes

from exchange import Answer
from reference import configuration


class Reference:
    def __init__(self, follow_departures, scheme="https"):
        configuration.start(follow_departures)
        from django.core.wsgi import get_wsgi_application

        self.application = get_wsgi_application()
        self.scheme = scheme

    def answer(self, request, host="localhost"):
        path, _, query = request.target.partition("?")
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": host.partition(":")[0],
            "SERVER_PORT": host.partition(":")[2] or "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": host,
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
        }
        for name, value in request.headers:
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else "HTTP_" + key] = value.strip(" \t")
        begun = []
        body = b"".join(
            self.application(environ, lambda status, headers, exc_info=None: begun.append((status, headers)))
        )
        status, headers = begun[0]
        return Answer(int(status.split()[0]), headers, body)
