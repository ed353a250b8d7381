// JSON Web Tokens signed with HS256. The claims are bytes here: their JSON and their meaning (exp, token_type, session) are
// checked by those who know them, after the signature.

/// JWS compact serialisation (RFC 7515 section 7.1) of JSON Web Tokens (RFC 7519), HS256 only.
public enum SignedToken {
    /// The most bytes a token may have: what a header line of the usual web servers can still carry.
    public static let maximumByteCount = 4096

    /// The three parts of a token.
    public enum Segment: Sendable, Equatable {
        /// The first part.
        case header
        /// The second part.
        case payload
        /// The third part.
        case signature
    }

    /// Why a token was refused, in the order in which it is checked.
    public enum Refusal: Error, Equatable, Sendable {
        /// More than 4096 bytes.
        case tooLong
        /// Not three parts with a dot between them.
        case notThreeSegments
        /// The part is not canonical base64url without padding (RFC 7515 section 2).
        case invalidBase64(Segment)
        /// The header is not a flat JSON object with `alg` and `typ` (`JWT`) only, each at most once.
        case invalidHeader
        /// The header names another algorithm than HS256, or none.
        case algorithmNotAllowed
        /// The signature is of none of the keys.
        case wrongSignature
    }

    private static let algorithm = "HS256"
    private static let encodedHeader = Base64.url.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    private static let dot = UInt8(ascii: ".")

    /// The token of `claims` (a JSON object in UTF-8), signed with `key`.
    ///
    /// At most 3,011 bytes of claims stay within the length that `verify` takes.
    public static func sign(claims: [UInt8], using key: HMACContext) throws(CryptographyFailure) -> String {
        var token = encodedHeader + [dot] + Base64.url.encode(claims)
        let signature = try key.authenticate(token)
        token.append(dot)
        token += Base64.url.encode(signature)
        return String(decoding: token, as: UTF8.self)
    }

    /// The payload of `token` if one of `keys` signed it; the header cannot choose how that is checked.
    ///
    /// Nothing of the payload has been looked at but its spelling: it may be any bytes that the key's holder signed.
    public static func verify(
        _ token: [UInt8], keys: [HMACContext]
    ) throws(CryptographyFailure) -> Result<[UInt8], Refusal> {
        guard token.count <= maximumByteCount else { return .failure(.tooLong) }
        let segments = token.split(separator: dot, omittingEmptySubsequences: false)
        guard segments.count == 3 else { return .failure(.notThreeSegments) }
        // What `sign` writes needs no reading.
        let isOwnHeader = segments[0].elementsEqual(encodedHeader)
        guard let header = isOwnHeader ? [] : Base64.url.decode(segments[0]) else {
            return .failure(.invalidBase64(.header))
        }
        guard let payload = Base64.url.decode(segments[1]) else { return .failure(.invalidBase64(.payload)) }
        guard let signature = Base64.url.decode(segments[2]) else { return .failure(.invalidBase64(.signature)) }
        if !isOwnHeader {
            guard let header = SignedTokenHeader(header) else { return .failure(.invalidHeader) }
            guard header.algorithm == algorithm else { return .failure(.algorithmNotAllowed) }
        }
        let signed = Array(token[..<(segments[2].startIndex - 1)])
        for key in keys where try key.isValid(signature, for: signed) {
            return .success(payload)
        }
        return .failure(.wrongSignature)
    }

    /// The same for a token in a string.
    public static func verify(
        _ token: String, keys: [HMACContext]
    ) throws(CryptographyFailure) -> Result<[UInt8], Refusal> {
        try verify(Array(token.utf8), keys: keys)
    }
}
