// What of nginx's configuration concerns accountd: the servers that pass requests to it, with what is in force in each location once
// everything is inherited that nginx inherits.

/// A location of a server with what is in force in it.
struct NginxLocation {
    /// `=`, `^~`, `~`, `~*`, or empty for a plain prefix.
    let kind: String
    let pattern: String
    let place: String
    let isOurs: Bool
    let parameters: [String: String]
    let bodyLimit: Int
    let hasRequestLimit: Bool
    let children: [NginxLocation]
}

/// A server block.
struct NginxServer {
    /// One address that it listens on.
    struct Port: Equatable {
        /// `*`, an address, or a unix socket's path.
        let address: String
        let number: Int
        let isTLS: Bool
        var isLoopback: Bool {
            address.hasPrefix("/") || address.hasPrefix("127.") || address == "[::1]" || address == "localhost"
        }
    }

    let names: [String]
    let ports: [Port]
    let certificates: [String]
    let place: String
    let locations: [NginxLocation]
    /// Whose word on the client's address is taken.
    let trustedProxies: [String]

    /// The locations that pass to accountd, inner ones too.
    var ours: [NginxLocation] { Self.flat(locations).filter(\.isOurs) }

    private static func flat(_ locations: [NginxLocation]) -> [NginxLocation] {
        locations.flatMap { [$0] + flat($0.children) }
    }

    /// The location that answers a path, as nginx chooses it: exact, then the longest prefix, then the first pattern that matches.
    func location(of path: String) -> NginxLocation? { Self.location(of: path, among: locations) }

    private static func location(of path: String, among locations: [NginxLocation]) -> NginxLocation? {
        if let exact = locations.first(where: { $0.kind == "=" && $0.pattern == path }) { return exact }
        let prefixes = locations.filter { ($0.kind.isEmpty || $0.kind == "^~") && path.hasPrefix($0.pattern) }
        let longest = prefixes.max { $0.pattern.utf8.count < $1.pattern.utf8.count }
        if let longest, let inner = location(of: path, among: longest.children) { return inner }
        if longest?.kind != "^~", let match = locations.first(where: { $0.kind.hasPrefix("~") && $0.matches(path) }) {
            return match
        }
        return longest
    }
}

extension NginxLocation {
    /// Whether a path matches the pattern; patterns that only PCRE knows match nothing.
    fileprivate func matches(_ path: String) -> Bool {
        guard let pattern = try? Regex(pattern) else { return false }
        let regex = kind == "~*" ? pattern.ignoresCase() : pattern
        return path.firstMatch(of: regex) != nil
    }
}

/// Everything that nginx's configuration says of accountd.
struct NginxSite {
    /// The servers that pass something to accountd.
    private(set) var servers: [NginxServer] = []
    /// The user of nginx's workers.
    private(set) var user = "www-data"
    /// The file with the id of nginx's master.
    private(set) var pidFile = "/run/nginx.pid"

    private let socket: String
    private var upstreams: Set<String> = []

    /// What stands in force around a block.
    private struct Scope {
        var parameters: [String: String] = [:]
        // nginx's own default.
        var bodyLimit = 1_048_576
        var hasRequestLimit = false
        var trustedProxies: [String] = []

        /// What is in force inside a block: of these, a block that has any of its own has none of those around it.
        func inside(_ block: [NginxDirective]) -> Scope {
            var scope = self
            let own = block.filter { $0.name == "fastcgi_param" && $0.arguments.count >= 2 }
            if !own.isEmpty { scope.parameters = [:] }
            for parameter in own { scope.parameters[parameter.arguments[0]] = parameter.arguments[1] }
            if let size = block.last(where: { $0.name == "client_max_body_size" })?.arguments.first.flatMap(bytes) {
                scope.bodyLimit = size
            }
            if block.contains(where: { $0.name == "limit_req" }) { scope.hasRequestLimit = true }
            let proxies = block.filter { $0.name == "set_real_ip_from" }.flatMap(\.arguments)
            if !proxies.isEmpty { scope.trustedProxies = proxies }
            return scope
        }
    }

    /// What directives say of the accountd at a socket, written as `fastcgi_pass` has it.
    init(_ directives: [NginxDirective], socket: String) {
        self.socket = socket
        for directive in directives {
            switch (directive.name, directive.arguments.first) {
            case ("user", let name?): user = name
            case ("pid", let path?): pidFile = path
            default: break
            }
        }
        for http in directives.compactMap({ $0.name == "http" ? $0.block : nil }) {
            for upstream in http where upstream.name == "upstream" {
                let isOurs = upstream.block?.contains { $0.name == "server" && $0.arguments.first == socket } ?? false
                if isOurs, let name = upstream.arguments.first { upstreams.insert(name) }
            }
            let scope = Scope().inside(http)
            servers += http.filter { $0.name == "server" }.map { server($0, in: scope) }.filter { !$0.ours.isEmpty }
        }
    }

    private func server(_ directive: NginxDirective, in scope: Scope) -> NginxServer {
        let block = directive.block ?? []
        let inside = scope.inside(block)
        func arguments(_ name: String) -> [[String]] { block.filter { $0.name == name }.map(\.arguments) }
        let listens = arguments("listen")
        return NginxServer(
            names: arguments("server_name").flatMap { $0 },
            ports: listens.isEmpty ? [.init(address: "*", number: 80, isTLS: false)] : listens.compactMap(port),
            certificates: arguments("ssl_certificate").compactMap(\.first), place: directive.place,
            locations: locations(block, in: inside), trustedProxies: inside.trustedProxies)
    }

    private func locations(_ block: [NginxDirective], in scope: Scope) -> [NginxLocation] {
        block.filter { $0.name == "location" }.map { directive in
            let words = directive.arguments
            let inner = directive.block ?? []
            let inside = scope.inside(inner)
            let target = inner.last { $0.name == "fastcgi_pass" }?.arguments.first
            return NginxLocation(
                kind: words.count > 1 ? words[0] : "", pattern: words.last ?? "", place: directive.place,
                isOurs: target.map { $0 == socket || upstreams.contains($0) } ?? false, parameters: inside.parameters,
                bodyLimit: inside.bodyLimit, hasRequestLimit: inside.hasRequestLimit,
                children: locations(inner, in: inside))
        }
    }

    /// What `listen` names: `443`, `192.0.2.1:443`, `[::]:443`, `unix:/path`.
    private func port(_ arguments: [String]) -> NginxServer.Port? {
        guard let text = arguments.first else { return nil }
        let isTLS = arguments.contains("ssl") || arguments.contains("quic")
        if text.hasPrefix("unix:") { return .init(address: String(text.dropFirst(5)), number: 0, isTLS: isTLS) }
        if let number = Int(text) { return .init(address: "*", number: number, isTLS: isTLS) }
        let colon = text.lastIndex(of: ":")
        guard let colon, let number = Int(text[text.index(after: colon)...]), !text.hasSuffix("]") else {
            return .init(address: text, number: 80, isTLS: isTLS)
        }
        return .init(address: String(text[..<colon]), number: number, isTLS: isTLS)
    }
}

/// A size such as `128k`, in bytes; nil where it is none.
private func bytes(_ text: String) -> Int? {
    let units: [Character: Int] = ["k": 1024, "m": 1_048_576, "g": 1_073_741_824]
    guard let last = text.lowercased().last, let unit = units[last] else { return Int(text) }
    return Int(text.dropLast()).map { $0 * unit }
}
