import { GUEST_PACKAGES } from '../../src/lab/recipe.ts'
import type { TestCluster } from './cluster.ts'
import { stepsOf } from './events.ts'
import type { Ran } from './understudy.ts'

interface Installed {
  readonly needs: readonly string[]
  readonly essential: boolean
}

/**
 * The packages of which running services of a machine use a file, and which its plan neither asks for nor gets with
 * what it asks for. On a machine that had packages from the start they would be missing everywhere else.
 */
export async function notAskedFor(
  cluster: TestCluster,
  machine: string,
  planned: Ran,
): Promise<readonly string[]> {
  const asked = stepsOf(planned, machine)
    .filter(({ verdict }) => verdict !== 'skipped')
    .flatMap(({ id }) => /^package\[(.*)\]$/.exec(id)?.[1]?.split(',') ?? [])
  const known = read(await cluster.on(machine, listing))
  const reached = new Set<string>()
  const essential = [...known].filter(([, one]) => one.essential).map(([name]) => name)
  for (const todo = [...asked, ...GUEST_PACKAGES, ...essential]; todo.length > 0; ) {
    const name = todo.pop() ?? ''
    if (reached.has(name)) continue
    reached.add(name)
    todo.push(...(known.get(name)?.needs ?? []))
  }
  const used = (await cluster.on(machine, inUse)).split('\n').filter(Boolean)
  if (used.length === 0) throw new Error(`no package of ${machine} seems to be in use`)
  return used.filter((name) => !reached.has(name))
}

const fields = ['Package', 'Essential', 'Provides', 'Pre-Depends', 'Depends', 'Recommends']
const listing = `dpkg-query -W -f '${fields.map((field) => `\${${field}}`).join('\\t')}\\n'`

/** The packages of every program that runs in a service and of everything it has mapped. */
const inUse = `for group in /sys/fs/cgroup/system.slice/*.service/cgroup.procs; do
  case $group in */ssh.service/*) ;; *) cat "$group" ;; esac
done | sed 's,.*,/proc/&/maps,' | xargs -r cat 2>/dev/null |
  awk '$6 ~ "^/" && $6 !~ /deleted/ && !known[$6]++ { sub("^/lib/", "/usr/lib/", $6); print $6 }' >/run/in-use
  cd /var/lib/dpkg/info && grep -lxF -f /run/in-use -- *.list | sed 's/\\(:.*\\)*\\.list$//'`

/** What each installed package needs, and what is needed where only somebody provides it, by name. */
function read(shown: string): ReadonlyMap<string, Installed> {
  const known = new Map<string, Installed>()
  for (const line of shown.split('\n')) {
    const [name = '', essential, provides = '', ...needs] = line.split('\t')
    known.set(name, { needs: needs.flatMap(namesIn), essential: essential === 'yes' })
    for (const one of namesIn(provides)) known.set(one, { needs: [name], essential: false })
  }
  return known
}

/** `a (>= 1), b | c:any`: every alternative counts, as only what is installed is looked at. */
function namesIn(relations: string): readonly string[] {
  return relations
    .split(/[,|]/)
    .map((one) => one.trim().split(/[ (:]/)[0] ?? '')
    .filter(Boolean)
}
