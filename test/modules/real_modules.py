"""Runs Ansible's own modules on texts: cases as JSON on standard input, what came of them as JSON on standard output."""

import contextlib
import importlib
import io
import json
import os
import shutil
import sys
import tempfile

import ansible.module_utils.basic as basic
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

_AnsibleCollectionFinder(paths=sys.path)._install()

modules = {
    "lineinfile": "ansible.modules.lineinfile",
    "blockinfile": "ansible.modules.blockinfile",
    "replace": "ansible.modules.replace",
    "ini_file": "ansible_collections.community.general.plugins.modules.ini_file",
}


def outcome(case):
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "file")
    try:
        if case["text"] is not None:
            with open(path, "w") as file:
                file.write(case["text"])
        told = {"ANSIBLE_MODULE_ARGS": {**case["arguments"], "path": path}}
        basic._ANSIBLE_ARGS = json.dumps(told).encode()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            importlib.import_module(modules[case["module"]]).main()
        said = json.loads(printed.getvalue().strip().splitlines()[-1])
        if said.get("failed"):
            return {"failed": True}
        if not os.path.exists(path):
            return {"text": None}
        with open(path) as file:
            return {"text": file.read()}
    finally:
        shutil.rmtree(folder)


json.dump([outcome(case) for case in json.load(sys.stdin)], sys.stdout)
