// How foreign text is shown without letting it steer the line it stands in: shared by the configuration's messages, the
// log and the status for systemd.

/// A text as a basic string of TOML, on one line whatever the text holds.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case _ where scalar.properties.isPrintable: result.unicodeScalars.append(scalar)
        default:
            let digits = String(scalar.value, radix: 16)
            result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }
    }
    return result + "\""
}

/// A text with everything unprintable made a blank, so that it cannot start a line of its own.
func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isPrintable ? $0 : " " }))
}

extension Unicode.Scalar.Properties {
    /// Whether a terminal or log shows the scalar as itself, without steering the line it stands in.
    var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: !isDefaultIgnorableCodePoint
        }
    }
}
