"""The languages: how each one's programs are built, and how one of them is run on so many threads."""
import concurrent.futures
import glob
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(HERE)


def build(command, **more):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **more)


def stale(target, *sources):
    """Whether a file is older than one of those it is made of."""
    return not os.path.exists(target) or any(os.path.getmtime(s) > os.path.getmtime(target) for s in sources)


class Language:
    name = ""
    tools = ()  # commands that must be there
    packages = ""  # Debian's, that bring what it needs

    def __init__(self, tree, out, quick):
        """tree: a build of this project; out: a folder for what is built; quick: soon built matters, not fast (for the tests)."""
        self.tree, self.out, self.quick = tree, os.path.abspath(os.path.join(out, self.name)), quick

    def missing(self):
        """What is not installed, or none."""
        return [t for t in self.tools if not shutil.which(t)]

    def build(self, workloads):
        """Builds what has changed."""

    def command(self, workload, workers):
        """(command without sizes, additions to the environment), or none if there is no such program."""
        raise NotImplementedError


class PerFile(Language):
    """A source file a workload, each an executable of its own."""

    folders, extension, shared, variable = (), "", (), "WORKERS"

    def source(self, workload):
        paths = [os.path.join(BENCH, f, workload.source + self.extension) for f in self.folders]
        return next((p for p in paths if os.path.exists(p)), None)

    def target(self, workload):
        return os.path.join(self.out, workload.source)

    def build(self, workloads):
        os.makedirs(self.out, exist_ok=True)
        shared = [p for s in self.shared for p in glob.glob(os.path.join(HERE, s))]
        wanted = {self.source(w): self.target(w) for w in workloads if self.source(w)}
        todo = [(s, t) for s, t in wanted.items() if stale(t, s, __file__, *shared, *self.tools_used())]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda pair: build(self.compile(*pair)), todo))

    def tools_used(self):
        return ()

    def compile(self, source, target):
        raise NotImplementedError

    def command(self, workload, workers):
        return ([self.target(workload)], {self.variable: str(workers)}) if self.source(workload) else None


class Agent(PerFile):
    name, folders, extension, variable = "agent", ("agents", "codegen"), ".agent", "AGENT_WORKERS"

    @property
    def agentc(self):
        return os.path.join(self.tree, "bin", "agentc")

    def missing(self):
        return [] if os.path.exists(self.agentc) else [self.agentc]

    def tools_used(self):
        return [self.agentc] + [p for p in [os.path.join(self.tree, "lib", "libagent.a")] if os.path.exists(p)]

    def compile(self, source, target):
        return [self.agentc, source, "-o", target]


class C(PerFile):
    """What the machine allows: the skeletons are of one worker, as are all programs without threads."""

    name, tools, packages, folders, extension = "c", ("cc",), "gcc libmimalloc-dev", ("peers/c", "codegen"), ".c"
    shared, threads = ("c/*.h",), ("chan1", "chanmp", "chanenq", "nbody", "fannkuch")

    def compile(self, source, target):
        return ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-ffp-contract=off", "-fno-math-errno", "-pthread", source, "-o", target, "-lm", "-lmimalloc"]

    def command(self, workload, workers):
        return super().command(workload, workers) if workers == 1 or workload.name in self.threads else None


class Go(Language):
    name, tools, packages = "go", ("go",), "golang-go"

    def build(self, workloads):
        os.makedirs(self.out, exist_ok=True)
        where = {"GOCACHE": os.path.join(self.out, "cache"), "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
        build(["go", "build", "-o", os.path.join(self.out, "bench"), "."], cwd=os.path.join(HERE, "go"), env=dict(os.environ, **where))

    def command(self, workload, workers):
        return [os.path.join(self.out, "bench"), workload.source], {"GOMAXPROCS": str(workers)}


class Erlang(Language):
    name, tools, packages = "erlang", ("erl", "erlc"), "erlang-base"

    def build(self, workloads):
        os.makedirs(self.out, exist_ok=True)
        build(["erlc", "+inline", "-o", self.out] + glob.glob(os.path.join(HERE, "erlang", "*.erl")))

    def command(self, workload, workers):
        if not os.path.exists(os.path.join(HERE, "erlang", workload.source + ".erl")):
            return None
        schedulers = ["+S", "%d:%d" % (workers, workers), "+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none", "+P", "4000000"]
        return ["erl", "-noshell", "-noinput"] + schedulers + ["-pa", self.out, "-run", "bench", "main", workload.source], {}


class Caf(PerFile):
    name, tools, packages = "caf", ("c++",), "g++ libcaf-dev"
    folders, extension, shared = ("peers/caf",), ".cpp", ("caf/*.hpp",)

    def missing(self):
        return super().missing() or ([] if os.path.exists("/usr/include/caf/all.hpp") else ["caf/all.hpp"])

    def compile(self, source, target):
        return ["c++", "-std=c++17", "-O0" if self.quick else "-O2", source, "-o", target, "-lcaf_core", "-lmimalloc", "-pthread"]


class Rust(Language):
    """Built by cargo from the crates that Debian packages, without any network."""

    name, tools, packages = "rust", ("cargo", "rustc"), "cargo rustc librust-tokio-dev librust-flume-dev librust-crossbeam-channel-dev"
    crates, binary = "/usr/share/cargo/registry", "rust"
    sources = 'source.crates-io.replace-with="debian"', 'source.debian.directory="%s"' % crates

    def missing(self):
        wanted = [c for c in ("tokio", "flume", "crossbeam-channel") if not glob.glob("%s/%s-[0-9]*" % (self.crates, c))]
        return super().missing() + wanted

    def build(self, workloads):
        os.makedirs(self.out, exist_ok=True)
        for part in ("Cargo.toml", "src"):  # seen from here, so that cargo writes nothing into the tree
            link = os.path.join(self.out, part)
            if not os.path.lexists(link):
                os.symlink(os.path.join(HERE, "rust", part), link)
        command = ["cargo", "build", "--quiet", "--offline"] + [w for s in self.sources for w in ("--config", s)] + ([] if self.quick else ["--release"])
        build(command, cwd=self.out, env=dict(os.environ, PATH="/usr/bin:" + os.environ["PATH"]))

    def program(self):
        return os.path.join(os.path.dirname(self.out), "rust", "target", "debug" if self.quick else "release", "bench")

    def command(self, workload, workers):
        return [self.program(), workload.source], {"WORKERS": str(workers)}


class Crossbeam(Rust):
    """The same crate's channels between threads, which stay on one processor when there is one worker."""

    name = "crossbeam"

    def build(self, workloads):
        if not os.path.exists(self.program()):
            Rust(self.tree, os.path.dirname(self.out), self.quick).build(workloads)

    def command(self, workload, workers):
        pin = ["taskset", "-c", "0"] if workers == 1 else []
        return (pin + [self.program(), workload.source + "-threads"], {"WORKERS": "1"}) if workload.name.startswith("chan") else None


ALL = [Agent, C, Go, Erlang, Caf, Rust, Crossbeam]
