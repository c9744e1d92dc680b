"""A memo from an object store is the memo of the same files on disk.

Starts an S3 server of its own on loopback (PyPI `moto[server]`), and stops it. Usage: objects.py BELLWETHER SPEC WORK
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.request

program, spec, work = (pathlib.Path(it).resolve() for it in sys.argv[1:4])
N_CHECKS = [0, 0]


def check(holds, what):
    N_CHECKS[0 if holds else 1] += 1
    if not holds:
        print("FAILED:", what)


def run(*arguments, **environment):
    return subprocess.run([program, *map(str, arguments)], env={**os.environ, **environment}, capture_output=True, text=True)


def facts(spec, *more, **environment):
    done = run("explain", spec, "--stage", "facts", *more, **environment)
    assert done.returncode == 0, done.stderr
    # Where figures come from names files, and those differ.
    return {id: it["value"] for id, it in json.loads(done.stdout).items() if not id.startswith("audit/")}


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
address = f"http://127.0.0.1:{port}"
keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
store = {**keys, "AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true"}
server = subprocess.Popen(
    [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
    env={**os.environ, **keys}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
try:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    import boto3

    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    client.create_bucket(Bucket="shop")
    text = spec.read_text()
    for pattern in re.findall(r"files: (\S+?)[,\s]", text):
        for file in sorted(spec.parent.glob(pattern)):
            client.upload_file(str(file), "shop", f"lake/{file.relative_to(spec.parent)}")
        text = text.replace(f"files: {pattern}", f"files: s3://shop/lake/{pattern}")
    work.mkdir(parents=True, exist_ok=True)
    remote = work / spec.name
    remote.write_text(text)

    local = facts(spec)
    check(len(local) > 100, "the memo on disk has figures")
    check(facts(remote, **store) == local, "figures from the store are those from disk")
    cache = work / "cache"
    check(facts(remote, "--cache", cache, **store) == local, "a cache changes no figure")
    copies = sorted((it.name, it.stat().st_mtime_ns) for it in (cache / "objects").iterdir())
    check(len(copies) > 0, "copies are kept with the cache")
    check(facts(remote, "--cache", cache, **store) == local, "a warm cache changes no figure")
    again = sorted((it.name, it.stat().st_mtime_ns) for it in (cache / "objects").iterdir())
    check(copies == again, "what did not change is not fetched again")

    missing = work / "missing.yaml"
    missing.write_text(text.replace("s3://shop/lake/", "s3://shop/pond/"))
    done = run("check", missing, **store)
    check(done.returncode == 3 and "[no-files]" in done.stderr, f"no object is told: {done.stderr}")
    missing.write_text(text.replace("s3://shop/", "s3://nobody/"))
    done = run("check", missing, **store)
    check(done.returncode == 3 and "object-store" in done.stderr, f"no bucket is told: {done.stderr}")
finally:
    server.terminate()
    server.wait()

done = run("check", remote, **{**store, "AWS_MAX_RETRIES": "0"})
check(done.returncode == 3 and "object-store" in done.stderr, f"a store that is not there is told: {done.stderr}")
print(f"{N_CHECKS[0]} passed, {N_CHECKS[1]} failed")
sys.exit(1 if N_CHECKS[1] else 0)
