// What is told of one metric, before it is text.

/// A metric with all its samples.
public struct MetricFamily: Sendable, Equatable {
    /// What a metric is, and so what may be done with it.
    public enum Kind: String, Sendable {
        /// A number that only grows, and begins at 0 with the process.
        case counter
        /// A number that goes up and down.
        case gauge
        /// Counts of values by size.
        case histogram
    }

    /// One number, with what tells it from the others of its metric.
    public struct Sample: Sendable, Equatable {
        /// What follows the metric's name; empty but for the parts of a histogram.
        public let suffix: String
        /// Names and values, in the order in which they are written.
        public let labels: [Label]
        /// The number.
        public let value: Double
    }

    /// A name, of letters, digits and low lines, and any text.
    public struct Label: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String

        /// A label.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Its name (https://prometheus.io/docs/practices/naming/).
    public let name: String
    /// What it says, in one line.
    public let help: String
    /// What it is.
    public let kind: Kind
    /// Its samples.
    public private(set) var samples: [Sample] = []

    /// A counter, whose name ends in `_total`, and its values by their labels.
    public static func counter(_ name: String, _ help: String, _ values: [([Label], Int)]) -> MetricFamily {
        numbers(name, help, .counter, values.map { ($0, Double($1)) })
    }

    /// A counter without labels.
    public static func counter(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        numbers(name, help, .counter, [([], value)])
    }

    /// A gauge, and its values by their labels.
    public static func gauge(_ name: String, _ help: String, _ values: [([Label], Double)]) -> MetricFamily {
        numbers(name, help, .gauge, values)
    }

    /// A gauge without labels.
    public static func gauge(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        gauge(name, help, [([], value)])
    }

    /// Histograms by their labels; bounds and sums are divided by `unit`, which is 1e9 for nanoseconds that are shown in seconds.
    public static func histogram(
        _ name: String, _ help: String, _ readings: [([Label], Histogram.Reading)], unit: Double = 1
    ) -> MetricFamily {
        var family = MetricFamily(name: name, help: help, kind: .histogram)
        for (labels, reading) in readings {
            var sum = 0
            for (place, count) in reading.counts.enumerated() {
                sum += count
                let bound = place < reading.bounds.count ? Double(reading.bounds[place]) / unit : .infinity
                family.samples.append(
                    Sample(
                        suffix: "_bucket", labels: labels + [Label("le", Exposition.number(bound))], value: Double(sum))
                )
            }
            family.samples.append(Sample(suffix: "_sum", labels: labels, value: Double(reading.sum) / unit))
            family.samples.append(Sample(suffix: "_count", labels: labels, value: Double(sum)))
        }
        return family
    }

    private static func numbers(
        _ name: String, _ help: String, _ kind: Kind, _ values: [([Label], Double)]
    ) -> MetricFamily {
        var family = MetricFamily(name: name, help: help, kind: kind)
        family.samples = values.map { Sample(suffix: "", labels: $0, value: $1) }
        return family
    }

    private init(name: String, help: String, kind: Kind) {
        self.name = name
        self.help = help
        self.kind = kind
    }
}
