/** Folders of their collection by which modules of it were once called, too. */
const folders: Readonly<Record<string, readonly string[]>> = {
  files: ['archive', 'ini_file'],
  net_tools: ['haproxy'],
  'packaging.language': ['composer', 'gem', 'npm'],
  web_infrastructure: ['apache2_module', 'htpasswd', 'supervisorctl'],
  system: [
    'alternatives',
    'capabilities',
    'cronvar',
    'filesystem',
    'locale_gen',
    'lvg',
    'lvol',
    'make',
    'modprobe',
    'pam_limits',
    'sefcontext',
    'seport',
    'timezone',
    'ufw',
  ],
}

/** Collections out of which others came, or into which they went: each takes the names of the other. */
const moved: Readonly<Record<string, string>> = {
  'community.postgresql': 'community.general',
  'community.mysql': 'ansible.mysql',
}

/** Younger than the time when all modules were Ansible's own. */
const younger: ReadonlySet<string> = new Set(['community.crypto.x509_certificate'])

/** Names that lead to a module of a collection as Ansible is told by the `meta/runtime.yml` of itself and of the collections. */
export function elderNames(full: string): readonly string[] {
  const collection = full.slice(0, full.lastIndexOf('.'))
  const name = full.slice(collection.length + 1)
  if (collection === 'ansible.builtin') return []
  const own = younger.has(full) ? [] : [`ansible.builtin.${name}`]
  const other = moved[collection]
  const among = collection === 'community.general' ? Object.entries(folders) : []
  const folder = among.find(([, names]) => names.includes(name))?.[0]
  return [
    ...own,
    ...(other === undefined ? [] : [`${other}.${name}`]),
    ...(folder === undefined ? [] : [`${collection}.${folder}.${name}`]),
  ]
}
