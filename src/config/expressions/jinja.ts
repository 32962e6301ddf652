/** What to write here instead of what Ansible users are used to; `undefined` where this is no such thing. */
export function insteadOfJinja(text: string): string | undefined {
  const filter = /\|\s*([A-Za-z_]\w*)/.exec(withoutQuoted(text))?.[1]
  if (filter !== undefined)
    return `there are no filters here: ${filters[filter] ?? 'call a function or method'}`
  const [, words] = keywords.find(([pattern]) => pattern.test(withoutQuoted(text))) ?? []
  return words
}

/** What to write instead of a variable that Ansible has and expressions here name otherwise. */
export function insteadOfAnsibleVariable(name: string): string | undefined {
  return variables[name] && `write ${variables[name]}`
}

const filters: Readonly<Record<string, string>> = {
  default: 'write default(x, y) instead of x | default(y)',
  d: 'write default(x, y) instead of x | d(y)',
  join: "write x.join(',') instead of x | join(',')",
  length: 'write size(x) instead of x | length',
  count: 'write size(x) instead of x | count',
  int: 'write int(x) instead of x | int',
  float: 'write double(x) instead of x | float',
  string: 'write string(x) instead of x | string',
  bool: 'write bool(x) instead of x | bool',
  lower: 'write x.lowerAscii() instead of x | lower',
  upper: 'write x.upperAscii() instead of x | upper',
  trim: 'write x.trim() instead of x | trim',
  replace: 'write x.replace(a, b) instead of x | replace(a, b)',
  split: 'write x.split(a) instead of x | split(a)',
  first: 'write x[0] instead of x | first',
  last: 'write x[size(x) - 1] instead of x | last',
  map: 'write x.map(one, one.name) instead of x | map(…)',
  select: 'write x.filter(one, one != …) instead of x | select(…)',
  selectattr: 'write x.filter(one, one.name == …) instead of x | selectattr(…)',
  rejectattr: 'write x.filter(one, one.name != …) instead of x | rejectattr(…)',
  to_json: 'write json(x) instead of x | to_json',
  to_nice_json: 'write json(x) instead of x | to_nice_json',
  ternary: 'write x ? a : b instead of x | ternary(a, b)',
  mandatory: 'leave it away: a name that is not defined is an error by itself',
  changed: 'write x.changed instead of x | changed',
  failed: 'write x.failed instead of x | failed',
}

const keywords: readonly (readonly [RegExp, string])[] = [
  [/\bnot\s+in\b/, 'write !(x in y) instead of x not in y'],
  [/\bis\s+not\s+defined\b/, 'write !defined(x) instead of x is not defined'],
  [/\bis\s+undefined\b/, 'write !defined(x) instead of x is undefined'],
  [/\bis\s+defined\b/, 'write defined(x) instead of x is defined'],
  [
    /\bis\s+(not\s+)?(changed|failed|skipped)\b/,
    'write x.changed, x.failed or x.skipped instead of x is changed',
  ],
  [/\bis\s+(not\s+)?\w+/, 'there are no tests with "is" here: compare with == or call a function'],
  [/\bif\b.*\belse\b/, 'write condition ? a : b instead of a if condition else b'],
  [/\band\b/, 'write && instead of and'],
  [/\bor\b/, 'write || instead of or'],
  [/\bnot\b/, 'write ! instead of not'],
  [/(^|[^=!<>])=([^=]|$)/, 'write == to compare'],
  [/~/, 'write a + b, or text around {{ }}, instead of a ~ b'],
]

const variables: Readonly<Record<string, string>> = {
  ansible_facts: 'facts',
  ansible_os_family: 'facts.os.family, which is debian, redhat or other',
  ansible_distribution: 'facts.os.id, which is as in os-release: debian, ubuntu, rocky',
  ansible_distribution_version: 'facts.os.version',
  ansible_distribution_release: 'facts.os.codename',
  ansible_hostname: 'facts.hostname',
  ansible_nodename: 'facts.hostname',
  ansible_kernel: 'facts.kernel',
  ansible_architecture: 'facts.architecture',
  ansible_machine: 'facts.architecture',
  ansible_interfaces: 'facts.interfaces',
  ansible_default_ipv4: 'facts.defaultRoute, and addresses under facts.interfaces',
  ansible_memtotal_mb: 'facts.memoryMiB',
  ansible_processor_vcpus: 'facts.cpus',
  ansible_service_mgr: 'facts.init',
  ansible_pkg_mgr: 'facts.packageManager',
  ansible_selinux: 'facts.selinux',
  ansible_play_hosts: 'groups.all',
  True: 'true',
  False: 'false',
  None: 'null',
  none: 'null',
  yes: 'true',
  no: 'false',
}

function withoutQuoted(text: string): string {
  return text.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, (quoted) => ' '.repeat(quoted.length))
}
