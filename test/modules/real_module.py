"""Runs one of Ansible's own modules: its full name as argument, its options as JSON on standard input."""

import importlib
import json
import sys

import ansible.module_utils.basic as basic
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

_AnsibleCollectionFinder(paths=sys.path)._install()
basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": json.load(sys.stdin)}).encode()
namespace, collection, module = sys.argv[1].split(".")
if (namespace, collection) == ("ansible", "builtin"):
    place = f"ansible.modules.{module}"
else:
    place = f"ansible_collections.{namespace}.{collection}.plugins.modules.{module}"
importlib.import_module(place).main()
