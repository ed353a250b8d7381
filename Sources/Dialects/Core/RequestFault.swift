// What can be wrong with a request before any account is involved. The words for these are the same in every dialect
// (RESTFramework+Faults.swift), since they come from the framework below all five.

public import HTTP

/// A fault of the request itself.
public enum RequestFault: Error, Sendable, Equatable {
    /// No route has this path.
    case notFound
    /// The path has routes, but not for this method.
    case methodNotAllowed(Method)
    /// `Accept` allows none of what can be given.
    case notAcceptable
    /// The body is of a type that is not read; as named by the client.
    case unsupportedMediaType(String)
    /// The body has more bytes than allowed.
    case tooLarge
    /// The body ended early.
    case truncated
    /// The body is no JSON.
    case malformedJSON(JSON.ParseError)
    /// The body is no form.
    case malformedForm
    /// `Content-Type` has no boundary that can be one; as named by the client.
    case invalidBoundary(String?)
    /// The body is no multipart.
    case malformedMultipart
    /// A list or a scalar was sent where an object must be.
    case notObject(JSON.Kind)
    /// Null was sent where an object must be.
    case noData
    /// The lane for this work is full.
    case busy
    /// There is no room for what the request would store.
    case diskFull
    /// Trouble on our side.
    case internalError
}
