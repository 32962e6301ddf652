import type { CheckSettings } from './vocabulary/index.ts'

/** The port that a check asks: one of its own, or that of the service behind it. */
export function askedPort(check: CheckSettings, ofService: number): number {
  return ('port' in check ? check.port : undefined) ?? ofService
}
