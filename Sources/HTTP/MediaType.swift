// Media types in `Content-Type` and `Accept`, compared and ordered as Django REST framework's content negotiation does.

/// A media type or range, such as `application/json`, `text/*` or `multipart/form-data; boundary=x`.
public struct MediaType: Sendable, Equatable {
    /// One parameter.
    public struct Parameter: Sendable, Equatable {
        /// Its name, in lower case.
        public let name: String
        /// Its value, unquoted.
        public let value: String
    }

    /// The type, in lower case; `*` for any.
    public let type: String
    /// The subtype, in lower case; `*` for any.
    public let subtype: String
    /// The parameters, `q` included.
    public let parameters: [Parameter]

    /// `application/json`.
    public static let json = MediaType(type: "application", subtype: "json")
    /// `application/x-www-form-urlencoded`.
    public static let form = MediaType(type: "application", subtype: "x-www-form-urlencoded")
    /// `multipart/form-data`.
    public static let multipart = MediaType(type: "multipart", subtype: "form-data")

    /// A media type of the given parts, which are in lower case.
    public init(type: String, subtype: String, parameters: [Parameter] = []) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// Reads one media type or range (RFC 9110, section 8.3.1); nil without a slash.
    public init?(_ text: String) {
        // What nearly everybody sends.
        if text == "application/json" {
            self = .json
            return
        }
        let value = HeaderParameters(text)
        guard let slash = value.main.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        type = String(value.main[..<slash])
        subtype = String(value.main[value.main.utf8.index(after: slash)...])
        parameters = value.parameters.map { Parameter(name: $0.name, value: $0.value) }
    }

    /// The value of a parameter, by its name in lower case.
    public subscript(parameter: String) -> String? {
        parameters.first { $0.name == parameter }?.value
    }

    /// The weight `q` from 0 to 1; 1 when it is absent or no such number.
    public var quality: Double {
        guard let value = self["q"].flatMap(Double.init), 0...1 ~= value else { return 1 }
        return value
    }

    /// How specific a range is: 0 for `*/*`, 1 for `type/*`, 2 for `type/subtype`, 3 with parameters besides `q`.
    public var precedence: Int {
        if type == "*" { return 0 }
        if subtype == "*" { return 1 }
        return parameters.allSatisfy { $0.name == "q" } ? 2 : 3
    }

    /// Whether types and subtypes are the same, or `*` on either side, and `other` has this one's parameters but `q`.
    public func matches(_ other: MediaType) -> Bool {
        parameters.allSatisfy { $0.name == "q" || other[$0.name] == $0.value }
            && (subtype == "*" || other.subtype == "*" || subtype == other.subtype)
            && (type == "*" || other.type == "*" || type == other.type)
    }

    /// The first of `offers` that the most specific matching range of an `Accept` value allows; nil when none does.
    ///
    /// No `Accept` at all (nil) allows everything. As in Django REST framework, weights are not looked at.
    public static func negotiate(accept: String?, offers: [MediaType]) -> MediaType? {
        let ranges = (accept ?? "*/*").utf8.split(separator: UInt8(ascii: ",")).compactMap {
            MediaType(String(Substring($0)))
        }
        for precedence in [3, 2, 1, 0] {
            let candidates = ranges.filter { $0.precedence == precedence }
            if let offer = offers.first(where: { offer in candidates.contains { offer.matches($0) } }) { return offer }
        }
        return nil
    }
}
