// The register of dialects: a new one is made known here and nowhere else.

/// Every dialect that accountd speaks.
public let allDialects: [any Dialect.Type] = [Session.self, Djoser.self, JWT.self, SimpleJWT.self, Token.self]
