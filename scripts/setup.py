"""Sets up everything that the product needs: two Python environments from the lock files, the web pages, and, for
the tests, a browser. Standard library only; run by ``make``. Does nothing, and needs no network, when nothing changed.

Exit code 0: ready. 1: one line on standard error says what is missing and what to do.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENVS = ROOT / ".venv"
LOGS = ROOT / "var" / "log"
NEEDED_BYTES = 8 * 1024**3  # both environments, the web packages and pip's cache while it unpacks
NODE_MAJOR = 20
RASA_PYTHON = [(3, 10)]
MAIN_PYTHON = [(3, 11), (3, 12), (3, 13)]  # in this order: the lock was made with the first
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


class SetupError(Exception):
    """What stops the set-up: one clear line for the person who runs it."""


def say(text):
    print(text, flush=True)


def digest(*paths, extra=""):
    """SHA-256 over names and contents of the files."""
    total = hashlib.sha256(extra.encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def dotted(version):
    return ".".join(map(str, version))


def python_version(command):
    """(major, minor) of an interpreter that really runs, else None (a pyenv shim may refuse)."""
    try:
        probe = subprocess.run(
            [command, "-c", "import sys, venv, ensurepip; print(sys.version_info[0], sys.version_info[1])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
        major, minor = probe.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def pyenv_root():
    if os.environ.get("PYENV_ROOT"):
        return Path(os.environ["PYENV_ROOT"])
    if shutil.which("pyenv"):
        found = subprocess.run(["pyenv", "root"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if found.returncode == 0:
            return Path(found.stdout.decode().strip())
    return Path.home() / ".pyenv"


def candidates(version):
    """Interpreters of one version: named on PATH, under pyenv, this one, then uv's."""
    name = f"python{dotted(version)}"
    for folder in os.get_exec_path():
        path = Path(folder) / name
        if path.is_file():
            yield str(path)
    for path in sorted((pyenv_root() / "versions").glob(f"{dotted(version)}.*/bin/python"), reverse=True):
        yield str(path)
    if sys.version_info[:2] == version:
        yield sys.executable
    for name in ("python3", "python"):
        found = shutil.which(name)
        if found:
            yield found
    if shutil.which("uv"):
        wanted = dotted(version)
        for command in (["uv", "python", "find", wanted], ["uv", "python", "install", wanted]):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
            if command[2] == "install" and done.returncode == 0:
                done = subprocess.run(
                    ["uv", "python", "find", wanted], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
                )
            if done.returncode == 0 and done.stdout.strip():
                yield done.stdout.decode().strip()


def find_python(versions, purpose):
    for version in versions:
        for command in candidates(version):
            if python_version(command) == version:
                return command
    names = " 或 ".join(map(dotted, versions))
    raise SetupError(
        f"找不到 Python {names}（{purpose}）。请用 pyenv install {dotted(versions[0])} 安装，"
        "或安装 uv（会自动下载所需版本），然后重新执行。"
    )


def check_disk():
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise SetupError(f"磁盘空间不足：{ROOT} 所在磁盘还剩 {free / 1024**3:.1f} GB，安装需要约 8 GB。请清理后重试。")


def explain(log, what):
    """One line that says why a command failed, from its log."""
    text = log.read_text("utf-8", errors="replace")
    if "No space left on device" in text or "ENOSPC" in text:
        return f"{what}失败：磁盘已满。请清理磁盘后重新执行。"
    missing = re.search(
        r"(?:No matching distribution found for|Could not find a version that satisfies the requirement) (\S+)", text
    )
    offline = re.search(
        r"Temporary failure in name resolution|Name or service not known|Connection refused|ENOTFOUND|ECONNREFUSED|"
        r"Network is unreachable|EAI_AGAIN|ReadTimeoutError|NewConnectionError",
        text,
    )
    if offline:
        return f"{what}失败：连不上软件包仓库。请检查网络或 pip/npm 的镜像设置后重新执行。详情见 {log}"
    if missing:
        wrong = missing.group(1)
        return f"{what}失败：软件包仓库中没有锁定文件里的 {wrong}。请检查该行，或执行 make lock 重新生成。详情见 {log}"
    invalid = re.search(r"(?:Invalid requirement: |InvalidRequirement.*?: )(.+)", text)
    if invalid:
        wrong = invalid.group(1).strip()[:120]
        return f"{what}失败：锁定文件有一行无法识别：{wrong}。请恢复该文件（git checkout requirements）。"
    if "conflicting dependencies" in text or "ResolutionImpossible" in text:
        return f"{what}失败：锁定文件里的版本互相冲突。请恢复该文件，或执行 make lock 重新生成。详情见 {log}"
    if "npm ci" in text and "in sync" in text:
        return f"{what}失败：package-lock.json 与 package.json 不一致。请在 web 目录执行 npm install 后提交锁定文件。"
    return f"{what}失败，详情见 {log}"


def run_logged(command, log, what, cwd=ROOT, env=None, progress=None):
    """Run a command, its output into ``log``; every line may give one line of progress."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    shown = 0.0
    with log.open("w", encoding="utf-8") as file:
        file.write("$ " + " ".join(command) + "\n")
        child = subprocess.Popen(
            command, cwd=str(cwd), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
            encoding="utf-8", errors="replace",
        )  # fmt: skip
        for line in child.stdout:
            file.write(line)
            text = progress(line) if progress else None
            now = time.monotonic()
            if text and (now - shown > 5 or sys.stdout.isatty()):
                shown = now
                if sys.stdout.isatty():
                    print("\r\033[K  " + text[:100], end="", flush=True)
                else:
                    print("  " + text, flush=True)
        child.wait()
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    if child.returncode != 0:
        raise SetupError(explain(log, what))
    say(f"  完成，用时 {time.monotonic() - started:.0f} 秒")


class PipProgress:
    def __init__(self, total):
        self.total = total
        self.seen = 0

    def __call__(self, line):
        if line.startswith("Collecting "):
            self.seen += 1
            return f"正在获取 {self.seen}/{self.total}：{line.split()[1]}"
        if line.startswith("Installing collected packages"):
            return "正在安装……"
        return None


def make_environment(name, versions, purpose):
    lock = ROOT / "requirements" / f"{name}.lock"
    if not lock.is_file():
        raise SetupError(f"缺少锁定文件 {lock.relative_to(ROOT)}。请执行 git checkout requirements 恢复。")
    folder = VENVS / name
    stamp = folder / "lock.sha256"
    python = folder / "bin" / "python"
    wanted = digest(lock)
    if stamp.is_file() and stamp.read_text().strip() == wanted and python_version(str(python)) in versions:
        return
    interpreter = find_python(versions, purpose)
    check_disk()
    total = sum(1 for line in lock.read_text("utf-8").splitlines() if "==" in line)
    say(f"▸ 安装运行环境 {name}（{purpose}，{interpreter}，{total} 个软件包）")
    if python_version(str(python)) not in versions:
        shutil.rmtree(folder, ignore_errors=True)
        run_logged([interpreter, "-m", "venv", str(folder)], LOGS / f"setup-{name}-venv.log", f"创建运行环境 {name}")
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    command = [str(python), "-m", "pip", "install", "--progress-bar", "off", "-r", str(lock)]
    run_logged(command, LOGS / f"setup-{name}.log", f"安装运行环境 {name}", env=env, progress=PipProgress(total))
    stamp.write_text(wanted + "\n")


def check_node():
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise SetupError(f"找不到 Node.js 和 npm（构建网页用）。请安装 Node.js {NODE_MAJOR} 或更高版本后重试。")
    version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, check=False).stdout.decode().strip()
    major = re.match(r"v(\d+)", version)
    if not major or int(major.group(1)) < NODE_MAJOR:
        raise SetupError(f"Node.js 版本过低：{version}，构建网页需要 {NODE_MAJOR} 或更高版本。请升级后重试。")
    return npm


def build_web():
    web = ROOT / "web"
    lock = web / "package-lock.json"
    skip = {"node_modules", "dist"}
    sources = [
        path for path in web.rglob("*") if path.is_file() and not skip & set(path.relative_to(web).parts)
    ]  # fmt: skip
    packages_stamp = web / "node_modules" / ".tingxin-lock"
    pages_stamp = web / "dist" / ".tingxin-sources"
    wanted_packages, wanted_pages = digest(lock, web / "package.json"), digest(*sources)
    packages_ready = packages_stamp.is_file() and packages_stamp.read_text() == wanted_packages
    pages_ready = pages_stamp.is_file() and pages_stamp.read_text() == wanted_pages
    if packages_ready and pages_ready:
        return
    npm = check_node()
    if not packages_ready:
        say("▸ 安装网页构建工具（npm ci）")
        run_logged([npm, "ci", "--ignore-scripts"], LOGS / "setup-npm.log", "安装网页构建工具", cwd=web)
        packages_stamp.write_text(wanted_packages)
    say("▸ 构建网页")
    run_logged(
        [npm, "run", "build"], LOGS / "setup-web.log", "构建网页", cwd=web,
        progress=lambda line: line.strip() if "built in" in line or line.startswith("> ") else None,
    )  # fmt: skip
    pages_stamp.write_text(wanted_pages)


def find_browser():
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


def install_browser():
    """Chromium for the browser tests: installed where we may, else named."""
    if find_browser():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        say("▸ 安装浏览器测试所需的 Chromium 和中文字体")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        log = LOGS / "setup-browser.log"
        run_logged(["apt-get", "update", "-qq"], log, "更新软件包列表", env=env)
        run_logged(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"], log, "安装 Chromium", env=env)
    if not find_browser():
        raise SetupError("浏览器测试需要 Chromium。请安装后重试，例如：sudo apt-get install chromium fonts-noto-cjk")


def main():
    parser = argparse.ArgumentParser(description="安装 Tingxin 需要的一切")
    parser.add_argument("--test", action="store_true", help="同时准备浏览器测试")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        make_environment("main", MAIN_PYTHON, "网关、动作服务与命令行")
        make_environment("rasa", RASA_PYTHON, "Rasa 对话引擎")
        build_web()
        if options.test:
            install_browser()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: 已中断，重新执行会从断点继续。", file=sys.stderr)
        return 130
    except OSError as error:
        hint = "磁盘已满，请清理后重试" if error.errno == 28 else str(error)
        print(f"setup: {hint}", file=sys.stderr)
        return 1
    elapsed = time.monotonic() - started
    if elapsed > 5:
        say(f"✓ 安装完成，用时 {elapsed / 60:.1f} 分钟")
    return 0


if __name__ == "__main__":
    sys.exit(main())
