// A real request, from this machine through nginx to accountd, by curl.

/// What came of asking a server of nginx for `/-/ready`.
struct RequestFacts {
    /// What was asked, as a URL.
    var url: String
    /// The status of the answer, 0 where none came; nil where curl is not there.
    var status: Int?
    /// The answer's body, or what curl said.
    var text = ""

    private static let curl = "/usr/bin/curl"

    /// Asks each of the servers that take TLS on an address of this machine.
    static func gather(_ servers: [NginxServer]) -> [RequestFacts] {
        servers.compactMap { server in
            guard let port = server.ports.first(where: { $0.isTLS && $0.number > 0 }) else { return nil }
            let name = server.names.first { $0.wholeMatch(of: /[A-Za-z0-9.-]+/) != nil } ?? "localhost"
            let address =
                ["*", "0.0.0.0", "[::]"].contains(port.address)
                ? (port.address == "[::]" ? "[::1]" : "127.0.0.1") : port.address
            var facts = RequestFacts(url: "https://\(name):\(port.number)/-/ready")
            // Whether the certificate is good is another check's matter.
            guard
                let answer = ProgramOutput(
                    curl,
                    [
                        "--silent", "--show-error", "--insecure", "--noproxy", "*", "--max-time", "10", "--resolve",
                        "\(name):\(port.number):\(address)", "--write-out", "\n%{http_code}", facts.url,
                    ])
            else { return facts }
            let lines = answer.text.split(separator: "\n", omittingEmptySubsequences: true)
            facts.status = lines.last.flatMap { Int($0) } ?? 0
            facts.text = lines.dropLast().joined(separator: " ")
            return facts
        }
    }

    var finding: Finding {
        guard let status else {
            return Finding(.request, .note, "no request was made, because curl is not installed", "apt install curl")
        }
        switch status {
        case 200: return .ok(.request, "accountd answers a request through nginx (\(url))")
        case 403 where text.contains("gateway"):
            return Finding(
                .request, .error, "accountd refuses what nginx sends (\(url)): the gateway key is not right",
                "let accountd's key file and nginx's fastcgi_param ACCOUNTD_GATEWAY_KEY have one key, then reload both")
        case 403:
            return Finding(
                .request, .note,
                "nginx refuses a request for \(url) from this machine, which its location /-/ should let in",
                "allow 127.0.0.1 and ::1 there, or make the request from where it is allowed")
        case 502, 504:
            return Finding(
                .request, .error, "nginx does not reach accountd (\(url) is answered \(status))",
                "see that accountd runs, that nginx's upstream names its socket, and that nginx's user may write to it")
        case 503:
            return Finding(
                .request, .error, "accountd answers through nginx that its store is not ready (\(url))",
                "journalctl -u accountd -p err says what is wrong with the store")
        case 0:
            return Finding(
                .request, .error, "nginx does not answer at \(url): \(text)",
                "see that nginx runs and listens there: ss -ltnp; after a change of its files, reload it")
        default:
            return Finding(
                .request, .error, "\(url) is answered \(status), and not by accountd",
                "include accountd-server.conf, which has the location /-/, and reload nginx")
        }
    }
}
