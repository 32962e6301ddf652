"""Records which value of a variable the real ansible-core takes: python3 record.py > recorded.json

Two kinds of projects: the ladder, made here, in which each pair of levels gives a value to a variable of its own; and
those of cases.json. All files are recorded beside the answers, so that the test plays the very same projects. Answers
are the messages of the debug tasks, by host and name of the task; a task that failed is recorded as null, as is a playbook that Ansible refuses. Run it with
Debian's ansible-core on PYTHONPATH.
"""
import json
import os
import subprocess
import sys
import tempfile

LISTENER = '''
import json, os
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "listener"

    def told(self, result, value):
        with open(os.environ["TOLD"], "a") as file:
            file.write(json.dumps([result._host.get_name(), result._task.get_name().split(" : ")[-1], value]) + "\\n")

    def v2_runner_on_ok(self, result):
        if result._task.action == "debug" and "msg" in result._result:
            self.told(result, result._result["msg"])

    def v2_runner_item_on_ok(self, result):
        if result._task.action == "debug":
            self.told(result, result._result["msg"])

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.told(result, None)
'''

# Weakest first, as Ansible documents them; two of one number where a level can be written in two ways.
LEVELS = (
    "role_defaults inventory_all inventory_parent inventory_group inventory_group_vars_all playbook_group_vars_all "
    "inventory_group_vars playbook_group_vars inventory_host inventory_host_vars playbook_host_vars facts play_vars "
    "vars_prompt vars_files role_vars block_vars task_vars include_vars set_fact registered role_params include_params "
    "extra_vars"
).split()

# What every machine has; the pairs with the level "facts" are about these.
FACTS = (
    "system distribution distribution_version distribution_major_version distribution_release os_family hostname "
    "fqdn nodename kernel architecture machine processor_vcpus memtotal_mb swaptotal_mb service_mgr pkg_mgr "
    "default_ipv4 interfaces date_time lsb memfree_mb processor_count"
).split()


def ladder():
    given = {level: {} for level in LEVELS}
    pairs = []
    facts = iter(FACTS)
    for high in range(len(LEVELS)):
        for low in range(high):
            both = (LEVELS[low], LEVELS[high])
            name = "ansible_" + next(facts) if "facts" in both else "v%02d%02d" % (low, high)
            pairs.append([name, *both])
            for level in both:
                given[level][name] = level

    def ini(level):
        return "".join("%s=%s\n" % pair for pair in given[level].items())

    def text(value):
        return json.dumps(value, indent=0) + "\n"

    told = ["%s or %s: {{ %s if %s in levels else 'facts' }}" % (low, high, name, name) for name, low, high in pairs]
    registering = [
        {"debug": {"msg": "x"}, "register": name, "no_log": True} for name in given["registered"]
    ]
    files = {
        "inventory/hosts.ini": "h ansible_connection=local ansible_python_interpreter=/usr/bin/python3 "
        + ini("inventory_host").replace("\n", " ").strip()
        + "\n[web]\nh\n[site:children]\nweb\n[all:vars]\n" + ini("inventory_all")
        + "[site:vars]\n" + ini("inventory_parent") + "[web:vars]\n" + ini("inventory_group"),
        "inventory/group_vars/all.yml": text(given["inventory_group_vars_all"]),
        "inventory/group_vars/web.yml": text(given["inventory_group_vars"]),
        "inventory/host_vars/h.yml": text(given["inventory_host_vars"]),
        "group_vars/all.yml": text(given["playbook_group_vars_all"]),
        "group_vars/web.yml": text(given["playbook_group_vars"]),
        "host_vars/h.yml": text(given["playbook_host_vars"]),
        "more.yml": text(given["vars_files"]),
        "brought.yml": text(given["include_vars"]),
        "extra.json": text({**given["extra_vars"], "levels": LEVELS}),
        "roles/r/defaults/main.yml": text(given["role_defaults"]),
        "roles/r/vars/main.yml": text(given["role_vars"]),
        "roles/r/tasks/main.yml": text(
            [
                {
                    "block": [{"include_tasks": "told.yml", "vars": given["include_params"]}],
                    "vars": given["block_vars"],
                },
            ]
        ),
        "roles/r/tasks/told.yml": text(
            [{"name": "pairs", "debug": {"msg": told}, "vars": given["task_vars"]}]
        ),
        "site.yml": text(
            [
                {
                    "hosts": "web",
                    "vars": given["play_vars"],
                    "vars_prompt": [
                        {"name": name, "prompt": name, "default": value, "private": False}
                        for name, value in given["vars_prompt"].items()
                    ],
                    "vars_files": ["more.yml"],
                    "pre_tasks": [
                        {"include_vars": "brought.yml"},
                        {"set_fact": given["set_fact"]},
                        *registering,
                    ],
                    "roles": [{"role": "r", **given["role_params"]}],
                }
            ]
        ),
    }
    return {"name": "every level against every other", "files": files, "extra": ["@extra.json"]}


def played(case):
    with tempfile.TemporaryDirectory() as place:
        inventory = {"inventory/hosts.ini": "h ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n"}
        files = {**inventory, **case["files"]}
        for name, content in {**files, "callback_plugins/listener.py": LISTENER}.items():
            path = os.path.join(place, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(content)
        told = os.path.join(place, "told")
        env = {
            **os.environ,
            **{key: value for key, value in case.get("environment", {}).items()},
            "TOLD": told,
            "ANSIBLE_CALLBACKS_ENABLED": "listener",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_HOME": os.path.join(place, "home"),
            "ANSIBLE_LOCAL_TEMP": os.path.join(place, "tmp"),
        }
        words = ["-i", "inventory/hosts.ini", *[word for one in case.get("extra", []) for word in ("-e", one)]]
        run = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", "site.yml", *words],
            cwd=place, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )
        if os.environ.get("WHY"):
            sys.stderr.write("%s\n%s%s\n" % (case["name"], run.stdout, run.stderr))
        answers = []
        if os.path.exists(told):
            with open(told) as file:
                answers = [json.loads(line) for line in file]
        if run.returncode not in (0, 2):
            answers = None  # Ansible itself gave up.
        return {**case, "files": files, "told": answers and sorted(answers, key=lambda one: one[0])}


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "cases.json")) as file:
        cases = json.load(file)
    json.dump([played(case) for case in [ladder(), *cases]], sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


main()
