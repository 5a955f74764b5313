"""The languages: how each one's programs are built, and how one of them is run on so many threads."""
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

    def __init__(self, tree, out):
        """tree: a build of this project; out: a folder for what is built."""
        self.tree, self.out = tree, os.path.join(out, self.name)

    def missing(self):
        """What is not installed, or none."""
        return [t for t in self.tools if not shutil.which(t)]

    def build(self):
        """Builds what has changed."""

    def command(self, workload, workers):
        """(command without sizes, additions to the environment), or none if there is no such program."""
        raise NotImplementedError


class PerFile(Language):
    """A source file a workload, each an executable of its own."""

    folders, extension, shared = (), "", ()

    def source(self, workload):
        paths = [os.path.join(BENCH, f, workload.source + self.extension) for f in self.folders]
        return next((p for p in paths if os.path.exists(p)), None)

    def prepare(self, workload):
        source, target = self.source(workload), os.path.join(self.out, workload.source)
        shared = [p for s in self.shared for p in glob.glob(os.path.join(HERE, s))]
        if source and stale(target, source, *shared, *self.tools_used()):
            os.makedirs(self.out, exist_ok=True)
            build(self.compile(source, target))
        return target if source else None

    def tools_used(self):
        return ()

    def compile(self, source, target):
        raise NotImplementedError

    def command(self, workload, workers):
        target = self.prepare(workload)
        return target and ([target], self.environment(workers))

    def environment(self, workers):
        return {}


class Agent(PerFile):
    name, folders, extension = "agent", ("agents", "codegen"), ".agent"

    @property
    def agentc(self):
        return os.path.join(self.tree, "bin", "agentc")

    def missing(self):
        return [] if os.path.exists(self.agentc) else [self.agentc]

    def tools_used(self):
        return [self.agentc] + [p for p in [os.path.join(self.tree, "lib", "libagent.a")] if os.path.exists(p)]

    def compile(self, source, target):
        return [self.agentc, source, "-o", target]

    def environment(self, workers):
        return {"AGENT_WORKERS": str(workers)}


class Go(Language):
    name, tools, packages = "go", ("go",), "golang-go"

    def build(self):
        os.makedirs(self.out, exist_ok=True)
        where = {"GOCACHE": os.path.join(os.path.abspath(self.out), "cache"), "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
        build(["go", "build", "-o", os.path.join(os.path.abspath(self.out), "bench"), "."], cwd=os.path.join(HERE, "go"), env=dict(os.environ, **where))

    def command(self, workload, workers):
        return [os.path.join(self.out, "bench"), workload.source], {"GOMAXPROCS": str(workers)}


ALL = [Agent, Go]
