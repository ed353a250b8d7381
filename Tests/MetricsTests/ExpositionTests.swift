// The text that Prometheus reads, whole.

import Testing

@testable import Metrics

@Suite struct ExpositionTests {
    private typealias Label = MetricFamily.Label

    @Test("each kind of metric is written as the format says")
    func whole() {
        let sizes = Histogram([1, 2, 4])
        for value in [1, 2, 2, 3, 9] { sizes.observe(value) }
        let times = Histogram([.microseconds(250), .milliseconds(1), .seconds(1)])
        for time: Duration in [.microseconds(100), .milliseconds(500)] { times.observe(time) }
        let families: [MetricFamily] = [
            .counter(
                "answers_total", "Answers.",
                [
                    ([Label("route", "/user/{id}"), Label("status", "200")], 12_345_678_901),
                    ([Label("route", "none"), Label("status", "404")], 0),
                ]),
            .counter("seconds_total", "Time.", 1.5),
            .gauge("free_bytes", "Room.", 9_007_199_254_740_991),
            .gauge("load", "By what.", [([Label("lane", "hash")], 0.25)]),
            .histogram("batch_writes", "Batches.", [([], sizes.reading)]),
            .histogram("wait_seconds", "Waits.", [([Label("lane", "hash")], times.reading)], unit: 1e9),
            .gauge("nothing", "Not one.", []),
        ]
        #expect(
            Exposition.text(of: families) == """
                # HELP answers_total Answers.
                # TYPE answers_total counter
                answers_total{route="/user/{id}",status="200"} 12345678901
                answers_total{route="none",status="404"} 0
                # HELP seconds_total Time.
                # TYPE seconds_total counter
                seconds_total 1.5
                # HELP free_bytes Room.
                # TYPE free_bytes gauge
                free_bytes 9007199254740991
                # HELP load By what.
                # TYPE load gauge
                load{lane="hash"} 0.25
                # HELP batch_writes Batches.
                # TYPE batch_writes histogram
                batch_writes_bucket{le="1"} 1
                batch_writes_bucket{le="2"} 3
                batch_writes_bucket{le="4"} 4
                batch_writes_bucket{le="+Inf"} 5
                batch_writes_sum 17
                batch_writes_count 5
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{lane="hash",le="0.00025"} 1
                wait_seconds_bucket{lane="hash",le="0.001"} 1
                wait_seconds_bucket{lane="hash",le="1"} 2
                wait_seconds_bucket{lane="hash",le="+Inf"} 2
                wait_seconds_sum{lane="hash"} 0.5001
                wait_seconds_count{lane="hash"} 2
                # HELP nothing Not one.
                # TYPE nothing gauge

                """)
    }

    @Test("what would end a value or a line early is escaped, and nothing else")
    func escapes() {
        let text = "a\"b\\c\nd é 🙂"
        let families: [MetricFamily] = [.gauge("odd", text, [([Label("name", text)], 1)])]
        #expect(
            Exposition.text(of: families)
                == "# HELP odd a\"b\\\\c\\nd é 🙂\n# TYPE odd gauge\nodd{name=\"a\\\"b\\\\c\\nd é 🙂\"} 1\n")
    }

    @Test(
        "numbers are written as Go reads them",
        arguments: [
            (0, "0"), (-3, "-3"), (1.25, "1.25"), (1e-05, "1e-05"), (1e300, "1e+300"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"), (9_007_199_254_740_992, "9007199254740992.0"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(Exposition.number(value) == text)
    }
}
