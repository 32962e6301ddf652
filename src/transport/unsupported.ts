import { Failure } from '../model/failure.ts'
import { isOn, type Settings, setting } from './settings.ts'

/** Options that narrow what is trusted or how a host is reached: to go on without them would be to do what was forbidden. */
const needed: Readonly<Record<string, string>> = {
  bindinterface: 'BindInterface',
  knownhostscommand: 'KnownHostsCommand',
  requiredrsasize: 'RequiredRSASize',
  casignaturealgorithms: 'CASignatureAlgorithms',
}

/** Options that offer a further way to be let in: they matter where all other ways failed. */
const waysIn: Readonly<Record<string, string>> = {
  certificatefile: 'CertificateFile',
  pkcs11provider: 'PKCS11Provider',
  securitykeyprovider: 'SecurityKeyProvider',
}

/** Throws INVALID_INPUT where an ssh configuration asks for what cannot be done here, and must not be left out. */
export function refuseUnsupported(settings: Settings, host: string): void {
  for (const [keyword, written] of Object.entries(needed)) {
    const value = setting(settings, keyword)
    if (value === undefined || value === 'none') continue
    throw new Failure('INVALID_INPUT', `${written} ${value} of the ssh configuration is not supported`, {
      where: { host },
      next: `leave it out for this host, or give another configuration with --ssh-config`,
    })
  }
  const accepted =
    setting(settings, 'pubkeyacceptedalgorithms') ?? setting(settings, 'pubkeyacceptedkeytypes')
  if (accepted !== undefined && !/^[+^]/.test(accepted))
    throw new Failure(
      'INVALID_INPUT',
      `PubkeyAcceptedAlgorithms ${accepted} of the ssh configuration is not supported`,
      {
        where: { host },
        next: 'name the keys that may be used with IdentityFile and IdentitiesOnly yes',
      },
    )
  if (isOn(settings, 'verifyhostkeydns'))
    throw new Failure('INVALID_INPUT', 'VerifyHostKeyDNS yes of the ssh configuration is not supported', {
      where: { host },
      next: 'record the key of the host in known_hosts',
    })
}

/** Ways in that an ssh configuration names, and that are not tried. */
export function untriedWays(settings: Settings): readonly string[] {
  const set = Object.entries(waysIn).filter(
    ([keyword]) => !['none', undefined].includes(setting(settings, keyword)),
  )
  const switched = [
    ...(isOn(settings, 'gssapiauthentication') ? ['GSSAPIAuthentication'] : []),
    ...(isOn(settings, 'hostbasedauthentication') ? ['HostbasedAuthentication'] : []),
  ]
  return [...set.map(([, written]) => written), ...switched]
}
