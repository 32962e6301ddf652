import { createHash } from 'node:crypto'
import type { Cluster } from './cluster.ts'
import { servedFile } from './tls-variables.ts'

/** What a machine that shows issued certificates is told. Handlebars templates are strict, so nothing is ever absent. */
export interface AcmeVariables {
  readonly directory: string
  readonly account_key: string
  /** Tells this account with this authority from another one. */
  readonly account: string
  readonly thumbprint: string
  readonly contact: string | false
  readonly external_account: { readonly key_id: string; readonly hmac_key: string } | false
  readonly authority: string | false
  readonly dns: string | false
  readonly renew_days: number
  readonly certificates: readonly IssuedVariables[]
  /** Who reads them. */
  readonly program: string
}

/** A certificate that is to be issued. */
export interface IssuedVariables {
  readonly path: string
  /** Name of the file, which is its name for the program that asks for it. */
  readonly id: string
  readonly names: readonly string[]
}

/** What directors answer to challenges with, behind what they were asked for; empty where nothing is asked of them. */
export function challengeAnswer(cluster: Cluster): string {
  const { acme } = cluster
  const isShown = cluster.vips.some(({ services }) =>
    services.some(({ tls }) => tls?.certificates.some(({ isIssued }) => isIssued)),
  )
  return acme && acme.dns === undefined && isShown ? acme.thumbprint : ''
}

/** `false` where a machine shows none that is issued. */
export function acmeVariables(cluster: Cluster): AcmeVariables | false {
  const { acme } = cluster
  if (!acme) return false
  const certificates = cluster.vips
    .flatMap((vip) => vip.services)
    .flatMap((service) =>
      (service.tls?.certificates ?? [])
        .filter(({ isIssued }) => isIssued)
        .map((one) => {
          const path = servedFile(cluster, service, one)
          return { path, id: path.slice(path.lastIndexOf('/') + 1, -'.pem'.length), names: one.names }
        }),
    )
  const each = [...new Map(certificates.map((one) => [one.path, one])).values()]
  const { externalAccount: external } = acme
  return (
    each.length > 0 && {
      directory: acme.directory,
      account_key: acme.accountKey,
      account: createHash('sha256').update(`${acme.directory} ${acme.thumbprint}`).digest('hex').slice(0, 16),
      thumbprint: acme.thumbprint,
      contact: acme.contact ?? false,
      external_account: external ? { key_id: external.keyId, hmac_key: external.hmacKey } : false,
      authority: acme.authority ?? false,
      dns: acme.dns ?? false,
      renew_days: acme.renewDays,
      certificates: each,
      program: each[0]?.path.split('/')[2] ?? '',
    }
  )
}
