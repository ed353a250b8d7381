// Every recorded row against the whole service in one process. Rows are in Rows/, what is done to compare them beside this file.

import Accounts
import HTTP
import Testing

@Suite("The recorded contract")
struct ContractTests {
    @Test("is answered row by row as the original libraries answered, but for the known differences")
    func replay() throws {
        let rows = try Row.all()
        #expect(rows.count > 2000)
        let byKey = Dictionary(rows.map { ($0.key, $0) }) { first, _ in first }
        let known = Set(knownDifferences.values.joined())
        var plain = try Preconditions(Installation(rules: .lengthOnly))
        var strict = try Preconditions(Installation(rules: .django))
        let descriptions = Descriptions()
        var described = 0
        var report = Report()
        var unequal: Set<String> = []
        for row in rows {
            if row.isUnstable {
                report.add(row, .unstable)
            } else if row.isServedByNginx {
                report.add(row, .byNginx)
            } else {
                guard let prepared = try? row.hasValidators ? strict.prepare(row) : plain.prepare(row) else {
                    report.add(row, .unequal, ["the service refused a step before the row"])
                    unequal.insert(row.key)
                    continue
                }
                let response = (row.hasValidators ? strict : plain).installation.answer(prepared.request)
                if let isDescribed = descriptions.isDescribed(response, to: prepared.request.head) {
                    #expect(isDescribed, "\(row.key) is answered \(response.status.rawValue), which is not described")
                    described += 1
                }
                let comparison = Comparison(row, response, prepared.bindings, rows: byKey)
                let isEqual = comparison.differences.isEmpty
                report.add(row, isEqual ? .equal : .unequal, comparison.differences)
                if !isEqual { unequal.insert(row.key) }
            }
        }
        print(report.text)
        #expect(described > 1500)
        #expect(unequal.subtracting(known).sorted() == [])
        #expect(known.subtracting(unequal).sorted() == [], "these rows are equal now, or gone")
    }
}
