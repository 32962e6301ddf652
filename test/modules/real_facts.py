"""Runs one of Ansible's own modules that gather facts: its name as argument, its options as JSON on standard input."""

import importlib
import json
import sys

import ansible.module_utils.basic as basic

basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": json.load(sys.stdin)}).encode()
importlib.import_module(f"ansible.modules.{sys.argv[1]}").main()
