import type { z } from 'zod'
import { type ClusterSettings, cluster } from './cluster.ts'
import { type DirectorSettings, director, type RealserverSettings, realserver } from './machines.ts'

export type { AcmeSettings } from './acme.ts'
export type { ApplicationSettings } from './applications.ts'
export type { CheckSettings, PageSettings } from './checks.ts'
export type { ClusterSettings } from './cluster.ts'
export type { LimitsSettings } from './limits.ts'
export type { DirectorSettings, RealserverSettings } from './machines.ts'
export type { MonitoringSettings } from './monitoring.ts'
export type { NotifySettings } from './notify.ts'
export type { PoolSettings } from './pools.ts'
export type { RouteSettings } from './requests.ts'
export type { ServiceSettings } from './services.ts'
export type { SourceSettings } from './source.ts'
export type { BackendTlsSettings, CertificateSettings, RedirectSettings, TlsSettings } from './tls.ts'
export { type VrrpSettings, withProfile } from './vrrp.ts'

/** The inventory variables with a meaning of their own; every other variable is the user's. */
export const vocabulary: {
  readonly cluster: z.ZodType<ClusterSettings>
  readonly director: z.ZodType<DirectorSettings>
  readonly realserver: z.ZodType<RealserverSettings>
} = { cluster, director, realserver }
