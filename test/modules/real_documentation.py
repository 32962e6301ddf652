"""Prints the options that Ansible documents of the modules it is given, as JSON."""

import importlib
import json
import sys

from ansible.plugins.loader import fragment_loader
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
from ansible.utils.plugin_docs import get_docstring

_AnsibleCollectionFinder(paths=sys.path)._install()


def file_of(name):
    namespace, collection, module = name.split(".")
    if (namespace, collection) == ("ansible", "builtin"):
        place = f"ansible.modules.{module}"
    else:
        place = f"ansible_collections.{namespace}.{collection}.plugins.modules.{module}"
    return importlib.util.find_spec(place).origin


def options_of(name):
    collection = None if name.startswith("ansible.builtin.") else name.rsplit(".", 1)[0]
    documentation = get_docstring(file_of(name), fragment_loader, is_module=True, collection_name=collection)[0]
    return {option: told(about) for option, about in (documentation.get("options") or {}).items()}


def told(about):
    kinds = {"any": "raw", "json": "jsonarg"}
    kind = about.get("type", "str")
    found = {"type": kinds.get(kind, kind)}
    for word in ("elements", "aliases", "choices", "required"):
        if about.get(word):
            found[word] = about[word]
    if about.get("default") is not None:
        fallback = about["default"]
        truths = {"yes": True, "no": False, True: True, False: False}
        found["default"] = truths[fallback] if kind == "bool" else fallback
    return found


json.dump({name: options_of(name) for name in json.load(sys.stdin)}, sys.stdout, default=str)
