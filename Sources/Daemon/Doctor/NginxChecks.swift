// What nginx must do for accountd, held against what its configuration says.

import Dialects
import HTTP

/// What nginx's configuration says, and what accountd expects of it.
struct NginxFacts {
    let site: NginxSite
    let configuration: Configuration
    /// The keys that accountd accepts from nginx; nil where it asks for none or they cannot be read.
    let keys: GatewayKeys?

    /// One path of an API.
    private struct APIPath {
        let dialect: String
        let path: String
        let takesFile: Bool
        let isTry: Bool
    }

    private static let paths: [APIPath] = allDialects.flatMap { dialect in
        Dictionary(grouping: dialect.routes, by: \.path).map { path, routes in
            let sample = path.replacing(/\{\w+\}/, with: "1")
            let tries: Set<Operation> = [.signIn, .register, .registerWithToken, .changePassword]
            return APIPath(
                dialect: dialect.name, path: sample,
                takesFile: routes.contains {
                    dialect.input(of: $0.operation)?.fields.contains { $0.kind == .file } ?? false
                },
                isTry: routes.contains { tries.contains($0.operation) })
        }
    }.sorted { $0.path < $1.path }

    /// One finding, or more, of each kind.
    var findings: [Finding] {
        pathFindings + [keyFinding, addressFinding] + bodyFindings + tlsFindings + [limitFinding]
            + site.servers.flatMap(proxyFindings)
    }

    private var locations: [NginxLocation] { site.servers.flatMap(\.ours) }

    /// Each API path with the locations that answer it and pass it to accountd.
    private var answered: [(path: APIPath, locations: [NginxLocation])] {
        Self.paths.map { path in
            // Each path is asked for with and without its last slash.
            let found = site.servers.flatMap { server in
                [path.path, path.path + "/"].compactMap { server.location(of: $0) }
            }
            return (path, found.filter(\.isOurs))
        }
    }

    private var pathFindings: [Finding] {
        let missing = Dictionary(grouping: answered.filter { $0.locations.isEmpty }.map(\.path), by: \.dialect)
        if missing.isEmpty { return [.ok(.nginxPaths, "the paths of all APIs reach accountd")] }
        return missing.sorted { $0.key < $1.key }.map { dialect, paths in
            let isWhole = paths.count == Self.paths.count { $0.dialect == dialect }
            return Finding(
                .nginxPaths, isWhole ? .note : .warning,
                isWhole
                    ? "nginx passes no path of the API \(dialect) to accountd"
                    : "nginx does not pass these paths of the API \(dialect) to accountd: \(paths.map(\.path).joined(separator: ", "))",
                "include nginx's accountd-server.conf as it was shipped, unless that API is not wanted")
        }
    }

    private var keyFinding: Finding {
        let name = "ACCOUNTD_GATEWAY_KEY"
        let sent = locations.map { (place: $0.place, key: $0.parameters[name]) }
        guard let keys else {
            return sent.contains { $0.key != nil }
                ? Finding(
                    .nginxKey, .warning, "nginx sends a gateway key that accountd does not ask for",
                    "set server.gateway_key_file, or the credential gateway-key in the unit")
                : Finding(
                    .nginxKey, .note, "nginx sends no gateway key, and accountd asks for none",
                    "set one on both sides (docs/doctor.md), so that nobody else in the socket's group can pose as nginx"
                )
        }
        let example = "fastcgi_param \(name) KEY; from /etc/accountd/nginx-gateway-key.conf"
        if let missing = sent.first(where: { $0.key == nil }) {
            return Finding(
                .nginxKey, .error,
                "nginx sends no gateway key from the location at \(missing.place), so accountd refuses its requests",
                "let it inherit or repeat \(example); a location with any fastcgi_param of its own inherits none")
        }
        if let wrong = sent.first(where: { !keys.accept($0.key) }) {
            return Finding(
                .nginxKey, .error,
                "nginx sends a gateway key from the location at \(wrong.place) that accountd does not accept",
                "write the first line of accountd's key file into \(example), and reload nginx")
        }
        return .ok(.nginxKey, "nginx sends a gateway key that accountd accepts")
    }

    private var addressFinding: Finding {
        let wrong = locations.first { $0.parameters["REMOTE_ADDR"] != "$remote_addr" }
        guard let wrong else { return .ok(.nginxAddress, "nginx sends the client's address") }
        let sent =
            wrong.parameters["REMOTE_ADDR"].map { "sends \($0) as the client's address" }
            ?? "does not send the client's address"
        return Finding(
            .nginxAddress, .error,
            "nginx \(sent) from the location at \(wrong.place): limits and bans would count the wrong one",
            "let it have fastcgi_param REMOTE_ADDR $remote_addr; and name proxies in front of nginx by set_real_ip_from"
        )
    }

    private var bodyFindings: [Finding] {
        // Of each location the path that needs the most.
        var largest: [String: (path: APIPath, location: NginxLocation, wanted: Int)] = [:]
        for (path, locations) in answered {
            let wanted = configuration.limits.body + (path.takesFile ? configuration.pictures.maximumSize : 0)
            for location in locations where wanted > largest[location.place]?.wanted ?? 0 {
                largest[location.place] = (path, location, wanted)
            }
        }
        let findings = largest.values.compactMap { path, location, wanted -> Finding? in
            let found = location.bodyLimit
            let isSmaller = found != 0 && found < wanted
            guard isSmaller || found == 0 || found > wanted + 65_536 else { return nil }
            let options = path.takesFile ? "limits.body and pictures.maximum_size together" : "limits.body"
            return Finding(
                .nginxBody, isSmaller ? .warning : .note,
                "nginx takes bodies of \(found == 0 ? "any size" : "\(found) bytes") at \(path.path), and accountd of \(wanted) (\(options))",
                "set client_max_body_size \((wanted + 1023) / 1024)k; for the location at \(location.place), or change the options"
            )
        }
        return findings.isEmpty
            ? [.ok(.nginxBody, "nginx and accountd take bodies of the same size")]
            : findings.sorted { $0.message < $1.message }
    }

    private var tlsFindings: [Finding] {
        let open = site.servers.flatMap { server in server.ports.filter { !$0.isTLS }.map { (server, $0) } }
        if open.isEmpty { return [.ok(.nginxTLS, "clients come over TLS alone")] }
        return open.map { server, port in
            let address = port.number == 0 ? port.address : "\(port.address):\(port.number)"
            return Finding(
                .nginxTLS, port.isLoopback ? .note : .error,
                "the server at \(server.place) takes requests for accountd on \(address) without TLS"
                    + (port.isLoopback ? ", from this machine" : ", so passwords can be read on their way"),
                "include accountd-server.conf in servers with listen … ssl only, and let port 80 redirect (nginx/site.conf)"
            )
        }
    }

    private var limitFinding: Finding {
        let open = answered.filter { entry in entry.path.isTry && entry.locations.contains { !$0.hasRequestLimit } }
        if open.isEmpty { return .ok(.nginxLimits, "nginx limits how often passwords are tried from one address") }
        return Finding(
            .nginxLimits, .warning, "nginx does not limit floods at \(open.map(\.path.path).joined(separator: ", "))",
            "put accountd-limits-http.conf into /etc/nginx/conf.d and the two others into /etc/nginx/snippets, and reload nginx"
        )
    }

    private func proxyFindings(_ server: NginxServer) -> [Finding] {
        guard let everybody = server.trustedProxies.first(where: { $0.hasSuffix("/0") }) else { return [] }
        return [
            Finding(
                .nginxAddress, .error,
                "the server at \(server.place) takes anybody's word for the client's address (set_real_ip_from \(everybody))",
                "name only the proxies that stand in front of nginx")
        ]
    }
}
