// Inputs against their rules, as Django REST framework's serializer fields read them (rest_framework/fields.py): what is
// missing, null or blank, what is made text, what is cut off, and in which order the errors come.

import AccountService
import Accounts
import HTTP

/// Reads the inputs of one operation for one dialect.
struct FieldReader {
    let rule: InputRule
    let name: (Field) -> String
    let policy: PasswordPolicy
    /// Whether everything may be left out (PATCH).
    let isPartial: Bool
    /// Whether a username may have letters of several alphabets.
    var allowsMixedAlphabets = true
    /// Judges a file by its content; nil for what is no picture.
    let judge: (ReceivedPicture) throws -> AcceptablePicture?

    /// The values, and every reason against them in the order of the rules.
    ///
    /// Throws `RequestFault` when there is no object.
    func read(_ input: Input) throws -> (values: InputValues, reasons: [Reason]) {
        var values = InputValues()
        var reasons: [Reason] = []
        if let reason = rule.unknownKeys, hasUnknownKeys(input) { throw Rejection(reason) }
        for field in rule.fields {
            switch try value(of: field, in: input) {
            case nil: if field.isRequired && !isPartial { reasons.append(.missing(field.field)) }
            case .file(let file)?: reasons += try check(file, field, &values)
            case .json(let json)?: reasons += check(json, field, &values)
            case .list(let items, let hasFile)?:
                let faults = ids(.array(items), field, &values)
                reasons += faults.isEmpty && hasFile ? [.notID(field.field, got: .file)] : faults
            }
        }
        return (values, reasons)
    }

    private enum Value {
        case json(JSON)
        /// The entries of a form that have one name; a file among them comes last.
        case list([JSON], hasFile: Bool)
        case file(SentFile)
    }

    private func value(of rule: FieldRule, in input: Input) throws(RequestFault) -> Value? {
        let key = name(rule.field)
        switch input {
        case .json(.object(let object)): return object[key].map(Value.json)
        case .json(.null): throw .noData
        case .json(let other): throw .notObject(other.kind)
        case .form(let form, let files): return formValue(key, rule, form, files)
        }
    }

    // Source: rest_framework/fields.py, `Field.get_value`, and relations.py, `ManyRelatedField.get_value`.
    private func formValue(_ key: String, _ rule: FieldRule, _ form: Form, _ files: [String: SentFile]) -> Value? {
        let file = files[key]
        let hasFile = file != nil
        if rule.kind.isList {
            let items = form.values(key)
            return items.isEmpty && !hasFile ? nil : .list(items.map(JSON.string), hasFile: hasFile)
        }
        if let file { return rule.kind.isFile ? .file(file) : .json([]) }
        guard let text = form.last(key) else { return nil }
        if text.isEmpty, rule.allowsNull { return .json(rule.allowsBlank ? "" : .null) }
        if text.isEmpty, !rule.isRequired { return rule.allowsBlank ? .json("") : nil }
        return .json(.string(text))
    }

    private func hasUnknownKeys(_ input: Input) -> Bool {
        let known = Set(rule.fields.map { name($0.field) })
        let keys =
            switch input {
            case .json(.object(let object)): object.keys
            case .json: [String]()
            case .form(let form, let files): form.names + files.keys
            }
        return keys.contains { !known.contains($0) }
    }

    private func check(_ json: JSON, _ rule: FieldRule, _ values: inout InputValues) -> [Reason] {
        if json == .null {
            guard rule.allowsNull else { return [.null(rule.field)] }
            if rule.kind.isFile { values.picture = .some(nil) } else { values[rule.field] = .some(nil) }
            return []
        }
        switch rule.kind {
        case .ids: return ids(json, rule, &values)
        case .file: return [.notFile(rule.field)]
        case .text, .newPassword, .currentPassword, .username, .email: return text(json, rule, &values)
        }
    }

    // Source: rest_framework/fields.py, `FileField.to_internal_value`, and what Django's image field asks after it.
    private func check(_ file: SentFile, _ rule: FieldRule, _ values: inout InputValues) throws -> [Reason] {
        guard let received = file.content, received.byteCount > 0 else { return [.emptyFile(rule.field)] }
        let count = file.name.unicodeScalars.count
        if let maximum = rule.maximum, count > maximum {
            return [.fileNameTooLong(rule.field, maximum: maximum, count: count)]
        }
        guard let picture = try judge(received) else { return [.notPicture(rule.field)] }
        values.picture = picture
        return []
    }

    private func text(_ json: JSON, _ rule: FieldRule, _ values: inout InputValues) -> [Reason] {
        guard let (raw, surrogate) = Self.text(of: json, rule.kind) else {
            return [rule.kind == .email ? .emailMalformed : .notText(rule.field)]
        }
        let trimmed = raw.pythonStripped
        if raw.isEmpty || rule.trims && trimmed.isEmpty {
            guard rule.allowsBlank else { return [.blank(rule.field)] }
            values[rule.field] = ""
            return []
        }
        let text = rule.trims ? trimmed : raw
        var reasons = objections(to: text, surrogate: surrogate, rule)
        if reasons.isEmpty, case .newPassword(let check) = rule.kind {
            switch check {
            case .alone: reasons = policy.objections(to: text, as: rule.field)
            case .besideOwner: reasons = policy.excess(of: text, as: rule.field)
            }
        }
        if reasons.isEmpty { values[rule.field] = text }
        return reasons
    }

    // The order of a field's validators: the model's own first, then length, NUL and surrogates, an email's form last.
    private func objections(to text: String, surrogate: UInt16?, _ rule: FieldRule) -> [Reason] {
        var reasons: [Reason] = []
        // Django looks at a username as typed only; its normal form, which is what is stored, may have spaces in it and be
        // many times longer, and nobody could sign in with that.
        let stored = rule.kind == .username ? text.prefix(beyond: rule.maximum).normalizedUsername : text
        if rule.kind == .username,
            surrogate != nil || !Username.isWellFormed(text) || !Username.isWellFormed(stored)
        {
            reasons.append(.usernameMalformed)
        } else if rule.kind == .username, !allowsMixedAlphabets, !Username.isOfOneAlphabet(stored) {
            reasons.append(.usernameMixesAlphabets)
        }
        if let maximum = rule.maximum, max(text.unicodeScalars.count, stored.unicodeScalars.count) > maximum {
            reasons.append(.tooLong(rule.field, maximum: maximum))
        }
        if text.utf8.contains(0) { reasons.append(.hasNull(rule.field)) }
        if let surrogate { reasons.append(.hasSurrogate(rule.field, code: surrogate)) }
        if rule.kind == .email, surrogate != nil || !EmailAddress.isWellFormed(text) { reasons.append(.emailMalformed) }
        return reasons
    }

    private static func text(of json: JSON, _ kind: FieldRule.Kind) -> (String, surrogate: UInt16?)? {
        switch json {
        case .string(let text): (text, nil)
        case .illFormed(let text): (text.replaced, text.surrogates.first)
        case .integer(let number): (String(number), nil)
        case .bigInteger(let digits): (digits, nil)
        case .float(let number): (JSON.pythonText(of: number), nil)
        case .null, .bool, .array, .object: nil
        }
    }
}

extension String {
    /// The text as far as it can matter: bounds what normalising a far too long one costs.
    fileprivate func prefix(beyond maximum: Int?) -> String {
        maximum.map { String(unicodeScalars.prefix($0 + 1)) } ?? self
    }
}

extension FieldRule.Kind {
    var isList: Bool { self == .ids }
    var isFile: Bool { self == .file }
    var isNewPassword: Bool { if case .newPassword = self { true } else { false } }
}
