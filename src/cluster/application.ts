import type { ApplicationSettings } from './vocabulary/index.ts'

/** Something of the user's own that realservers run. */
export interface Application {
  readonly name: string
  readonly kind: ApplicationSettings['kind']
  readonly source: ApplicationSource
  /** As the inventory names it. */
  readonly version?: string
  readonly health: ApplicationSettings['health'] & {
    readonly scheme: 'http' | 'https'
    /** It has to be told first who asks, by the PROXY protocol. */
    readonly hearsProxy?: true
  }
  /** Versions that stay on a realserver. */
  readonly keep: number
  /** Realservers that run it, by name. */
  readonly hosts: readonly string[]
  readonly port: number
  /** Path below which Tomcat serves it. */
  readonly context?: string
  /** How systemd runs it, where it is a program. */
  readonly service?: {
    readonly command: string
    readonly user: string
    readonly environment: readonly (readonly [name: string, value: string])[]
    readonly packages: readonly string[]
  }
  /** What its source holds now, where that was read. */
  readonly release?: Release
}

/** One version of an application. */
export interface Release {
  /** What its directory is called: the version, and for a service what sums up how it is run. */
  readonly id: string
  /** SHA-256 of all that it holds. */
  readonly sum: string
}

/** Where an application comes from; paths may be relative to the file that says them. */
export type ApplicationSource =
  | { readonly directory: string }
  | { readonly archive: string; readonly within?: string }
  | { readonly git: string; readonly ref: string; readonly within?: string }
