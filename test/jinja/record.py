"""Records what the real jinja2 and ansible-core make of the cases in cases.json: python3 record.py > recorded.json

Values are told by Python's repr(), errors as null. Run it with Debian's ansible-core on PYTHONPATH. What differs from
ansible-core 2.14 on purpose is the type of a value that is one expression: it stays what it is, as since 2.19.
"""
import datetime
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
from jinja2 import StrictUndefined, Undefined, pass_context
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, AnsibleUndefined
from ansible.utils.display import Display

Display.warning = lambda *a, **k: None
Display.deprecated = lambda *a, **k: None


def concat(nodes):
    nodes = list(nodes)
    return nodes[0] if len(nodes) == 1 else text_of(nodes)


def text_of(nodes):
    return "".join("" if node is None else str(node) for node in nodes)


def plain(value):
    """Ansible's own subclasses of Python's types, as these."""
    if isinstance(value, bool) or value is None or isinstance(value, (datetime.datetime, datetime.date)):
        return value
    if isinstance(value, AnsibleUndefined):
        str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "__iter__") or hasattr(value, "__next__"):
        return [plain(one) for one in value]
    return value


@pass_context
def finalize(context, thing):
    # What asks for the context is not folded into the template's text when it is compiled, which forgets types.
    if isinstance(thing, Undefined):
        # An inline if without else may be printed; all else is strict.
        return thing if isinstance(thing, StrictUndefined) else ""
    return list(thing) if hasattr(thing, "__next__") or isinstance(thing, range) else thing


def render(templar, text, kind):
    environment = templar.environment
    whole = (lambda nodes: text_of(list(nodes))) if kind == "template" else concat
    environment.__class__.concat = staticmethod(whole)
    # None stays where it is the whole; in a text it is nothing.
    environment.finalize = finalize
    if kind == "condition":
        text = "{%% if %s %%}True{%% else %%}False{%% endif %%}" % text
    try:
        found = templar.do_template(text, escape_backslashes=kind == "value", convert_data=True)
        return repr(plain(found))
    except Exception as error:
        if os.environ.get("WHY"):
            sys.stderr.write("%s\n    %s: %s\n" % (text, type(error).__name__, str(error)[:200]))
        return None


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "cases.json")) as file:
        cases = json.load(file)
    templar = Templar(loader=DataLoader(), variables=cases["variables"])
    recorded = {}
    for kind in ("value", "template", "condition"):
        recorded[kind] = [[text, render(templar, text, kind)] for text in cases[kind]]
    json.dump(recorded, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


main()
