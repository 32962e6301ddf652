/**
 * What Python on this computer runs to have modules built by ansible-core: what is asked for comes as JSON on standard input,
 * the answer goes as JSON to standard output, and whatever Ansible prints by itself to standard error. Each module is built
 * with arguments that stand for any others; where they stand in it, it is made to read those of its own run instead.
 */
export const program = String.raw`
import ast, base64, difflib, inspect, io, json, os, shutil, sys, tempfile, zipfile

answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
asked = json.load(sys.stdin)
room = tempfile.mkdtemp(prefix="understudy-")
os.environ["ANSIBLE_LOCAL_TEMP"] = room
MARK = "4c1f6e-understudy-arguments"
LEGACY = "ansible.legacy"
CHECKS = b"supports_check_mode"
# What Ansible does on this computer for these modules is about files that these options name.
OF_FILES = {
    "amazon.aws.s3_object": ["src"],
    "kubernetes.core": ["kubeconfig", "local_path", "src", "template"],
}


def tell(**told):
    json.dump(told, answer)
    answer.flush()


class Refused(Exception):
    def __init__(self, why, **more):
        Exception.__init__(self, why)
        self.told = dict(more, refused=why)


def names_in(folders):
    names = set()
    for folder in folders:
        for base, inner, files in os.walk(folder):
            names.update(os.path.splitext(one)[0] for one in files if not one.startswith(("_", ".")))
    return names


def routes():
    """Where modules went that once were a part of ansible-core."""
    from ansible.utils.collection_loader._collection_finder import _get_collection_metadata
    return (_get_collection_metadata("ansible.builtin").get("plugin_routing") or {}).get("modules") or {}


def near(name):
    """Names like it, of those that are installed."""
    from ansible.plugins.loader import module_loader
    from ansible.utils.collection_loader._collection_finder import _get_collection_metadata
    parts = name.split(".")
    if len(parts) < 3 or parts[0] == "ansible" and parts[1] in ("builtin", "legacy"):
        names = names_in(module_loader._get_paths()) | set(routes())
        return difflib.get_close_matches(parts[-1], sorted(names), 1, 0.75)
    collection = ".".join(parts[:2])
    try:
        _get_collection_metadata(collection)
    except ValueError:
        raise Refused("uninstalled", collection=collection)
    import importlib
    folder = list(importlib.import_module("ansible_collections.%s.plugins.modules" % collection).__path__)
    found = difflib.get_close_matches(".".join(parts[2:]), sorted(names_in(folder)), 1, 0.75)
    return ["%s.%s" % (collection, one) for one in found]


def located(name, collections):
    from ansible.plugins.loader import action_loader, module_loader
    among = collections and [one for one in collections if one != LEGACY] + [LEGACY] or None
    try:
        found = module_loader.find_plugin_with_context(name, collection_list=among)
        action = action_loader.find_plugin_with_context(name, collection_list=among)
    except Exception as error:
        raise Refused("failed", words=str(error))
    if found.resolved and found.plugin_resolved_path and not action.resolved:
        full = getattr(found, "resolved_fqcn", None)
        if full and full.count(".") > 1 and not full.startswith("ansible."):
            action = action_loader.find_plugin_with_context(full)
    if action.resolved:
        full = getattr(action, "resolved_fqcn", None) or ""
        local = OF_FILES.get(full) or OF_FILES.get(full.rpartition(".")[0])
        if not local:
            raise Refused("action")
        if found.resolved:
            return found.plugin_resolved_path, local
    if not found.resolved or not found.plugin_resolved_path:
        routed = routes().get(name.split(".")[-1]) or {}
        raise Refused("missing", near=near(routed.get("redirect") or name))
    return found.plugin_resolved_path, []


def arguments_in(data):
    """Where the arguments stand in a program of Python, as bytes, and what is there."""
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and MARK in node.value:
            first = starts[node.lineno - 1] + node.col_offset
            return first, starts[node.end_lineno - 1] + node.end_col_offset, json.loads(node.value)
    return None


def checks_within(data):
    """Does a part of its collection that goes with it know of check mode?"""
    texts = [one.value for one in ast.walk(ast.parse(data)) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    try:
        packed = zipfile.ZipFile(io.BytesIO(base64.b64decode(max(texts, key=len))))
        return any(CHECKS in packed.read(one) for one in packed.namelist() if one.startswith("ansible_collections/"))
    except ValueError:
        return False
    except zipfile.BadZipFile:
        return False


def built(path, templar):
    from ansible.executor.module_common import modify_module
    leaf = os.path.splitext(os.path.basename(path))[0].lstrip("_")
    arguments = {"understudy": MARK}
    given = dict(
        module_name=leaf,
        module_path=path,
        module_args=arguments,
        templar=templar,
        # Which one it is shows on the host.
        task_vars={"ansible_python_interpreter": "/usr/bin/python3"},
        module_compression="ZIP_DEFLATED",
        async_timeout=0,
        environment={},
        become_plugin=None,
        remote_is_local=False,
    )
    known = inspect.signature(modify_module).parameters
    made = modify_module(**{key: value for key, value in given.items() if key in known})
    if isinstance(made, tuple):
        data, style, shebang = made[:3]
    else:
        data, style, shebang = made.b_module_data, made.module_style, made.shebang
    interpreter = str(shebang or "").lstrip("#!").strip()
    if interpreter == "powershell":
        raise Refused("powershell")
    if not interpreter and style != "binary":
        raise Refused("failed", words="it has no line that says what runs it, such as #!/usr/bin/python")
    with open(path, "rb") as file:
        source = file.read()
    is_python = os.path.basename(interpreter.split(" ")[0] if interpreter else "").startswith("python")
    told = dict(python=is_python, interpreter=interpreter, style=style)
    told["checks"] = style == "new" and is_python and (CHECKS in source or checks_within(data))
    told["facts"] = b"ansible_facts" in source
    if style == "new" and is_python:
        place = arguments_in(data)
        if place and set(place[2]) == {"ANSIBLE_MODULE_ARGS"}:
            first, last, _ = place
            data = data[:first] + b'open(__file__ + ".args").read()' + data[last:]
        else:
            style = "arguments within"
    elif style == "new":
        style = "arguments within"
    if style == "arguments within":
        written = json.dumps(arguments).encode()
        if data.count(written) != 1 or data.count(MARK.encode()) != 1:
            raise Refused("failed", words="this release of ansible-core passes arguments in a way that is not known here")
        told["at"] = data.index(written)
        data = data.replace(written, b"")
        told["style"] = style
    return dict(told, content=base64.b64encode(data).decode())


def internals():
    from ansible import constants as C
    from ansible.module_utils.common.parameters import PASS_VARS
    from ansible.release import __version__
    given = dict(
        version=__version__,
        debug=False,
        verbosity=0,
        keep_remote_files=False,
        syslog_facility=getattr(C, "DEFAULT_SYSLOG_FACILITY", "LOG_USER"),
        selinux_special_fs=list(C.DEFAULT_SELINUX_SPECIAL_FS),
        string_conversion_action=getattr(C, "STRING_CONVERSION_ACTION", "warn"),
        shell_executable="/bin/sh",
        remote_tmp="~/.ansible/tmp",
    )
    return {"_ansible_" + key: value for key, value in given.items() if key in PASS_VARS}


def main():
    try:
        from ansible.release import __version__
    except ImportError:
        return tell(missing=True)
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins import loader
    from ansible.template import Templar
    if hasattr(loader, "init_plugin_loader"):
        loader.init_plugin_loader()
    from ansible.utils.collection_loader import AnsibleCollectionConfig
    AnsibleCollectionConfig.playbook_paths = asked["places"][:1]
    for place in asked["places"]:
        loader.add_all_plugin_dirs(place)
    templar = Templar(loader=DataLoader())
    modules = []
    for one in asked["modules"]:
        try:
            path, local = located(one["name"], one["collections"])
            try:
                modules.append(dict(built(path, templar), local=local))
            except Refused:
                raise
            except Exception as error:
                raise Refused("failed", words=str(error), path=path)
        except Refused as refused:
            modules.append(refused.told)
    tell(version=__version__, python=sys.executable, internals=internals(), modules=modules)


try:
    main()
finally:
    shutil.rmtree(room, ignore_errors=True)
`
