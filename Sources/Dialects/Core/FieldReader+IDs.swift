// Lists of ids, as Django REST framework's ManyRelatedField reads them (rest_framework/relations.py): the first bad entry
// is told, the others are not.

import Accounts
import HTTP

extension FieldReader {
    /// Ids of another service's objects: positive and below 2³¹, as many as a list may have.
    func ids(_ json: JSON, _ rule: FieldRule, _ values: inout InputValues) -> [Reason] {
        let items: [JSON]
        switch json {
        case .array(let array): items = array
        case .object(let object): items = object.keys.map(JSON.string)
        default: return [.notList(rule.field, got: json.kind.valueKind)]
        }
        if items.count > longestIDList { return [.tooMany(rule.field, maximum: longestIDList)] }
        var ids: Set<Int> = []
        for item in items {
            guard let text = Self.number(item) else { return [.notID(rule.field, got: item.kind.valueKind)] }
            guard let id = Int(text), (1..<(1 << 31)).contains(id) else {
                return [.unknownID(rule.field, text: PythonText.shown(item))]
            }
            ids.insert(id)
        }
        values.ids = ids.sorted()
        return []
    }

    /// The digits of an entry that can be an id; nil for one that never can.
    private static func number(_ json: JSON) -> String? {
        switch json {
        case .integer(let number): String(number)
        case .bigInteger(let digits): digits
        case .float(let number): String(Int(exactly: number.rounded(.towardZero)) ?? 0)
        case .string(let text): PythonText.integer(text)
        case .null: ""
        case .bool, .illFormed, .array, .object: nil
        }
    }
}

extension JSON.Kind {
    /// The same kind in the words of refusals.
    var valueKind: ValueKind {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .integer: .integer
        case .float: .float
        case .string: .text
        case .array: .list
        case .object: .object
        }
    }
}
