// X.509 certificates, as far as an administrator must be told of them.

import COpenSSL

/// The first certificate of a PEM file.
public struct Certificate: Sendable {
    /// Until when it is good, in seconds since 1970 UTC.
    public let end: Int64
    private let der: [UInt8]

    /// The first certificate in a text (RFC 7468); nil when there is none.
    public init?(pem: [UInt8]) {
        guard let input = BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { return nil }
        defer { BIO_free(input) }
        guard let certificate = PEM_read_bio_X509(input, nil, nil, nil) else { return nil }
        defer { X509_free(certificate) }
        var time = tm()
        guard ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1 else { return nil }
        end = Int64(timegm(&time))
        let count = i2d_X509(certificate, nil)
        guard count > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        let written = bytes.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            return i2d_X509(certificate, &place)
        }
        guard written == count else { return nil }
        der = bytes
    }

    /// Whether it is for a host name (RFC 6125).
    public func isFor(host: String) -> Bool {
        der.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            guard let certificate = d2i_X509(nil, &place, buffer.count) else { return false }
            defer { X509_free(certificate) }
            return X509_check_host(certificate, host, host.utf8.count, 0, nil) == 1
        }
    }

    /// The version of the cryptographic library that this program runs with, such as `OpenSSL 3.0.15 3 Sep 2024`.
    public static var libraryVersion: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
