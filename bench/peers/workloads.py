"""The workloads: the same work in each language. A program prints a line `METRIC VALUE` for each of its metrics once it has checked its result."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    unit: str  # of what is measured; of all metrics
    full: tuple  # sizes, the program's arguments
    tiny: tuple  # those of the tests
    count: object  # operations, by the sizes: processor time is told by each
    metrics: tuple = ()  # what it prints; by default, its name
    program: str = ""  # which program, if not that of its name
    whole: bool = False  # prints a result, not a time: the process is timed, and what all languages print must be the same

    @property
    def shown(self):
        return self.metrics or (self.name,)

    @property
    def source(self):
        return self.program or self.name


PERCENTILES = ("p50", "p99", "p99.9", "max")

ALL = [
    Workload("pingpong", "ns/message", (5000000,), (2000,), lambda n: 2 * n),
    Workload("count", "ns/message", (10000000,), (5000,), lambda n: n),
    Workload("ring", "ns/hop", (1000, 10000000), (10, 1000), lambda a, h: h),
    Workload("spawn", "ns/agent", (3000000,), (1000,), lambda n: n),
    Workload("fanin", "ns/message", (8, 8000000), (8, 8000), lambda p, n: n),
    Workload("big", "ns/ping-pong", (120, 20000), (10, 20), lambda a, r: a * r),
    Workload("chameneos", "ns/meeting", (100, 2000000), (5, 500), lambda c, m: m),
    Workload("payload", "ns/object", (2000000,), (1000,), lambda n: n),
    Workload("quorum", "ns/round", (500000,), (200,), lambda r: r),
    Workload("idle", "bytes/agent", (1000000,), (2000,), lambda n: n, ("idle", "drained")),
    Workload("latency", "ns/round trip", (1000000, 0), (500, 0), lambda n, p: n, PERCENTILES),
    Workload("loaded", "ns/round trip", (200000, 16), (100, 2), lambda n, p: n * (p + 1), PERCENTILES, "latency"),
    Workload("chan1", "ns/item", (20000000,), (5000,), lambda n: n),
    Workload("chanmp", "ns/item", (8000000,), (8000,), lambda n: n),
    Workload("chanenq", "ns/pair", (50000000,), (5000,), lambda n: n),
    Workload("nbody", "ns/step", (10000000,), (1000,), lambda n: n, whole=True),
    Workload("fannkuch", "ms", (10,), (6,), lambda n: 1000000, whole=True),
]
BY_NAME = {w.name: w for w in ALL}
