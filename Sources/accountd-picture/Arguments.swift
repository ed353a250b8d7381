// The command line: `accountd-picture [--maximum-pixels N | --probe ATTEMPT]`. It comes from accountd, never from an upload.

import PictureWire

/// What the program was asked to do.
struct Arguments {
    /// Pixels that an upload may have.
    private(set) var maximumPixels = PictureLimits.maximumPixels
    /// The attempt to make in place of pictures.
    private(set) var probe: Probe?

    /// Reads the words behind the program's name.
    ///
    /// Throws `.trouble` for any that it does not know.
    init(_ words: some Sequence<String>) throws(Failure) {
        var words = words.makeIterator()
        while let option = words.next() {
            guard let value = words.next() else { throw .trouble }
            switch option {
            case "--maximum-pixels":
                guard let number = Int(value), number > 0 else { throw .trouble }
                maximumPixels = number
            case "--probe":
                guard let attempt = Probe(rawValue: value) else { throw .trouble }
                probe = attempt
            default:
                throw .trouble
            }
        }
    }
}
