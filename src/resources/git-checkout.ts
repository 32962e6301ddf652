import { z } from 'zod'
import { type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'

const word = z.string().regex(/^[^\s\0-][^\s\0]*$/, 'must be one word')

const schema = z.strictObject({
  repo: z
    .string()
    .regex(/^[^\s\0-][^\n\0]*$/, 'must be the address of a repository')
    .describe('The repository.'),
  dest: absolutePath.describe('The directory.'),
  version: word.default('HEAD').describe('A branch, a tag or a commit.'),
  remote: word.default('origin').describe('What the repository is called there.'),
  update: z.boolean().default(true).describe('What is there is brought to what the repository has now.'),
  clone: z.boolean().default(true).describe('It is fetched where it is not there.'),
  force: z.boolean().default(false).describe('Edits of tracked files are thrown away.'),
  depth: z.number().int().min(1).optional().describe('So many commits of history at most.'),
  single_branch: z.boolean().default(false).describe('No other branch is fetched.'),
  bare: z.boolean().default(false).describe('A repository without files of its own.'),
  recursive: z.boolean().default(true).describe('Repositories in it are fetched, too.'),
  accept_new_hostkey: z.boolean().default(false).describe('A server that is not known yet is trusted.'),
  key_file: absolutePath.optional().describe('The private key with which the server is asked.'),
  ssh_options: z.string().optional().describe('More words for ssh.'),
})

type GitCheckout = z.infer<typeof schema>

/** A repository of git, in a version. */
export const gitCheckout: ResourceKind<GitCheckout, { answer: Query<Answer> }> = probed({
  name: 'git',
  summary: 'A repository of git, in a version.',
  schema,
  subject: ({ dest }) => dest,
  // What is there, whether it was edited, and what the repository has.
  ask: (wanted) => sh`command -v git >/dev/null 2>&1 || { echo no-git; exit 0; }
${embed(surroundings(wanted))}
if [ -e ${`${wanted.dest}/${wanted.bare ? 'HEAD' : '.git'}`} ]; then
  echo "has $(us_git rev-parse HEAD 2>/dev/null)"
  echo "url $(us_git config --get ${`remote.${wanted.remote}.url`} 2>/dev/null)"
  if ${embed(wanted.bare ? sh`false` : sh`[ -n "$(us_git status --porcelain --untracked-files=no 2>/dev/null)" ]`)}; then echo edited; fi
else echo absent; fi
${embed(wanted.update ? sh`git ls-remote -- ${wanted.repo} ${refsOf(wanted)} 2>/dev/null | sed 's/^/remote /' || :` : sh`:`)}`,
  change: (wanted, { stdout }) => {
    const { repo, dest, version, update, clone, force } = wanted
    const said = stdout.split('\n')
    const value = (name: string) => said.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1)
    if (said.includes('no-git')) return 'git is missing: install it in a task before'
    if (said.includes('absent')) {
      if (!clone) return undefined
      return {
        summary: `clone, ${version}`,
        differences: [{ is: 'attribute', name: 'version', before: undefined, after: version }],
        script: lines(surroundings(wanted), cloning(wanted), where),
        tells: (printed) => movedFrom(null, printed),
        takesLong: true,
        disturbs: [`file:${dest}`],
        keeps: 'nothing',
      }
    }
    const has = value('has') ?? ''
    const isCommit = /^[0-9a-f]{40}$/i.test(version)
    const wants = isCommit ? version.toLowerCase() : remoteCommit(said, version)
    const moved = value('url') !== repo
    if (!update && !isCommit && !moved) return undefined
    if (!moved && (wants === undefined || wants === has)) {
      const short = /^[0-9a-f]{7,39}$/i.test(version) && has.startsWith(version.toLowerCase())
      if (wants !== undefined || short) return undefined
      if (!/^[0-9a-f]{7,39}$/i.test(version)) return `${repo} cannot be asked, or has no ${version}`
    }
    if (said.includes('edited') && !force) return `${dest} was edited: force: yes throws that away`
    return {
      summary: `update to ${version}`,
      differences: [{ is: 'attribute', name: 'version', before: has, after: wants ?? version }],
      script: lines(surroundings(wanted), updating(wanted), where),
      tells: (printed) => movedFrom(has, printed),
      takesLong: true,
      disturbs: [`file:${dest}`],
      keeps: 'nothing',
    }
  },
  result: ({ stdout }) => {
    const [, has] = /^has (.+)$/m.exec(stdout) ?? []
    return { ...unchanged, ...(has ? { found: { before: has, after: has } } : {}) }
  },
})

/** Tells which commit it came to. */
const where = sh`echo "after $(us_git rev-parse HEAD)"`

/** What Ansible tells of it. */
function movedFrom(before: string | null, printed: string): Readonly<Record<string, unknown>> {
  return { before, after: /^after ([0-9a-f]+)$/m.exec(printed)?.[1] ?? null }
}

/** Where a version may stand among what a repository has. */
function refsOf({ version }: GitCheckout): readonly string[] {
  return version === 'HEAD'
    ? ['HEAD']
    : [`refs/heads/${version}`, `refs/tags/${version}`, `refs/tags/${version}^{}`]
}

/** The commit that a branch or a tag stands for; a tag of its own stands for what it tags. */
function remoteCommit(said: readonly string[], version: string): string | undefined {
  const found = said.flatMap((line) => {
    const [, commit = '', ref = ''] = /^remote (\S+)\s+(\S+)$/.exec(line) ?? []
    return commit === '' ? [] : [{ commit, ref }]
  })
  const at = (ref: string) => found.find((one) => one.ref === ref)?.commit
  if (version === 'HEAD') return at('HEAD')
  return at(`refs/heads/${version}`) ?? at(`refs/tags/${version}^{}`) ?? at(`refs/tags/${version}`)
}

/** `us_git` works in the directory, whoever owns it; nobody is asked for anything. */
function surroundings({ dest, key_file, accept_new_hostkey, ssh_options }: GitCheckout) {
  const words = [
    'ssh -o BatchMode=yes',
    ...(accept_new_hostkey ? ['-o StrictHostKeyChecking=accept-new'] : []),
    ...(key_file === undefined ? [] : [`-i ${key_file} -o IdentitiesOnly=yes`]),
    ...(ssh_options === undefined ? [] : [ssh_options]),
  ].join(' ')
  return sh`export GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND=${words}
us_git() { git -c safe.directory=${dest} -C ${dest} "$@"; }`
}

function cloning(wanted: GitCheckout) {
  const { repo, dest, version, remote, depth, single_branch, bare, recursive } = wanted
  const named = version !== 'HEAD' && !/^[0-9a-f]{7,40}$/i.test(version)
  // What is not whole cannot be taken to another version afterwards.
  const begins = named && (depth !== undefined || single_branch || bare)
  const words = [
    ...(bare ? ['--bare'] : ['--origin', remote]),
    ...(depth === undefined ? [] : ['--depth', depth]),
    ...(single_branch ? ['--single-branch'] : []),
    ...(begins ? ['--branch', version] : []),
  ]
  const checkout = sh`if us_git show-ref -q --verify ${`refs/remotes/${remote}/${version}`}; then us_git checkout -q ${version} --
else us_git checkout -q --detach ${version}; fi`
  return lines(
    sh`mkdir -p -- ${dest.slice(0, dest.lastIndexOf('/')) || '/'}
git clone -q ${words} -- ${repo} ${dest}`,
    begins || version === 'HEAD' || bare ? sh`` : checkout,
    recursive && !bare
      ? sh`if [ -e ${`${dest}/.gitmodules`} ]; then us_git submodule -q update --init --recursive; fi`
      : sh``,
  )
}

function updating({ repo, version, remote, depth, bare, recursive, force }: GitCheckout) {
  const ref = version === 'HEAD' ? 'HEAD' : version
  return lines(
    sh`us_git remote set-url ${remote} ${repo} 2>/dev/null || us_git remote add ${remote} ${repo}`,
    bare
      ? sh`us_git fetch -q --force ${remote} '+refs/heads/*:refs/heads/*' --tags`
      : lines(
          sh`us_git fetch -q --force ${depth === undefined ? [] : ['--depth', depth]} --tags ${remote}`,
          force ? sh`us_git reset -q --hard` : sh``,
          sh`if us_git show-ref -q --verify ${`refs/remotes/${remote}/${ref}`}; then
  us_git checkout -q ${ref} 2>/dev/null || us_git checkout -q -b ${ref} --track ${`${remote}/${ref}`}
  us_git reset -q --hard ${`${remote}/${ref}`}
elif [ ${ref} = HEAD ]; then
  us_git fetch -q ${remote} HEAD
  us_git reset -q --hard FETCH_HEAD
else us_git checkout -q --detach ${ref}; fi`,
          recursive ? sh`us_git submodule -q update --init --recursive` : sh``,
        ),
  )
}
