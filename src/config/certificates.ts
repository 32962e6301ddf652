import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Member } from '../cluster/index.ts'
import { keysIn } from '../cluster/index.ts'
import { Failure, InvalidInput } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import type { Intent } from '../model/task.ts'
import { readTextFileNow } from './files.ts'
import type { ClusterMembers } from './inventory/index.ts'
import { problem } from './problem.ts'
import type { SecretReads } from './secret-reads.ts'
import type { SecretSources } from './secret-sources.ts'
import { isVault } from './vault.ts'

type Settings = NonNullable<Member['cluster']>
type Services = NonNullable<Settings['services']>
type Service = Services[number]
type Pairs = NonNullable<NonNullable<Service['tls']>['certificates']>
type Path = readonly PropertyKey[]

/** What reading files of keys takes, and finds. */
interface Means {
  readonly reads: SecretReads
  readonly secrets: SecretSources
}

/** Members of clusters with the texts of certificates and keys in the place of their files' names. */
export interface MembersRead {
  readonly members: readonly Member[]
  readonly problems: readonly Failure[]
  readonly warnings: Intent['warnings']
}

/** Reads the certificates and keys that clusters name as files; what is a secret is the text itself. Keys are secrets from now on. */
export function withCertificates({ members, valueAt }: ClusterMembers, means: Means): MembersRead {
  const problems: Failure[] = []
  const warnings: Intent['warnings'][number][] = []
  const known = new Map<Settings, Settings>()

  function textAt(host: string, path: Path, written: string): string {
    const { origin, secret } = valueAt({ host, path })
    const text = secret ? written : textOf(written, /(?:^|_)key$/.test(String(path.at(-1))), origin)
    for (const key of keysIn(text)) means.reads.learn(key)
    return text
  }

  /** What a word that names a file, or is a text already, stands for. */
  function textOf(written: string, isKey: boolean, origin: Origin | undefined): string {
    if (keysIn(written).length > 0) {
      const next = 'put it into a file and name that here, or encrypt it: understudy vault encrypt FILE'
      problems.push(
        problem('secret-in-the-open', 'a private key stands here for everybody to read', origin, next),
      )
    }
    if (written.includes('-----BEGIN ')) return written
    const file = resolve(dirname(origin?.file ?? ''), written)
    try {
      const text = readTextFileNow(file)
      if (isVault(text)) return means.secrets.decryptFile(text, file)
      if ((isKey || keysIn(text).length > 0) && (statSync(file).mode & 0o077) !== 0)
        warnings.push({
          message: `${file} holds a private key, and others than its owner may use it: chmod 600 ${file}`,
          ...(origin ? { origin } : {}),
        })
      return text
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      problems.push(...error.problems.map((one) => placed(one, origin)))
      return unread
    }
  }

  function pairs(host: string, list: Pairs, at: Path): Pairs {
    return list.map(({ certificate, key }, index) => ({
      certificate: textAt(host, [...at, 'certificates', index, 'certificate'], certificate),
      ...(key === undefined ? {} : { key: textAt(host, [...at, 'certificates', index, 'key'], key) }),
    }))
  }

  /** What is said of those that serve it, by a service or by a pool. */
  function ofThoseBehind<Of extends Pick<Service, 'backend_tls'>>(one: Of, host: string, path: Path): Of {
    const { backend_tls: behind } = one
    if (!behind) return one
    const at = [...path, 'backend_tls']
    return {
      ...one,
      backend_tls: {
        ...behind,
        ...(behind.certificates ? { certificates: pairs(host, behind.certificates, at) } : {}),
        ...(behind.authority === undefined
          ? {}
          : { authority: textAt(host, [...at, 'authority'], behind.authority) }),
      },
    }
  }

  function ofService(service: Service, host: string, path: Path): Service {
    const { tls } = service
    const own = tls?.certificates
      ? { ...service, tls: { ...tls, certificates: pairs(host, tls.certificates, [...path, 'tls']) } }
      : service
    return ofThoseBehind(own, host, path)
  }

  function ofSettings(settings: Settings, host: string): Settings {
    const listed = (list: Services, at: Path) =>
      list.map((service, index) => ofService(service, host, ['cluster', ...at, 'services', index]))
    const { acme } = settings
    if (acme?.external_account) means.reads.learn(acme.external_account.hmac_key)
    const ofAcme = (word: 'account_key' | 'authority', written: string) =>
      textAt(host, ['cluster', 'acme', word], written)
    return {
      ...settings,
      ...(acme
        ? {
            acme: {
              ...acme,
              account_key: ofAcme('account_key', acme.account_key),
              ...(acme.authority === undefined ? {} : { authority: ofAcme('authority', acme.authority) }),
            },
          }
        : {}),
      pools: Object.fromEntries(
        Object.entries(settings.pools).map(([name, pool]) => [
          name,
          ofThoseBehind(pool, host, ['cluster', 'pools', name]),
        ]),
      ),
      ...(settings.services ? { services: listed(settings.services, []) } : {}),
      vips: settings.vips.map((vip, index) =>
        vip.services ? { ...vip, services: listed(vip.services, ['vips', index]) } : vip,
      ),
    }
  }

  const read = members.map((member) => {
    const { cluster } = member
    if (!cluster) return member
    const found = known.get(cluster) ?? ofSettings(cluster, member.name)
    known.set(cluster, found)
    return { ...member, cluster: found }
  })
  return { members: read, problems, warnings }
}

/** What is wrong with a file, told where it is named. */
function placed({ code, rule, message, next }: Failure, origin: Origin | undefined): Failure {
  return new Failure(code, message, {
    rule,
    ...(next === undefined ? {} : { next }),
    ...(origin ? { where: { origin } } : {}),
  })
}

/** Of a file that cannot be read, which is told already. */
const unread = ''
