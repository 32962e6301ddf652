import type { FeltClass } from '../model/impact.ts'
import type { Step } from '../model/plan.ts'

/** What a command says that it does to a service, or to its machine. */
export interface Spoken {
  readonly impact: FeltClass
  /** Absent: it is the machine. */
  readonly service?: string
}

/**
 * What a task that runs a command does to a service, as far as its words say it; a task that wants a service restarted is one
 * of these. Of other commands nobody knows.
 */
export function spokenBy({ id }: Step): Spoken | undefined {
  const [, said = ''] = /^(?:shell|command|raw|script)\[(.*)\]$/s.exec(id) ?? []
  const unit = `(?:--\\s+)?["']?([A-Za-z0-9_.@-]+?)(?:\\.service)?["']?(?=\\s|$|[;&|])`
  const systemctl = new RegExp(
    `\\bsystemctl\\s+(?:-\\S+\\s+)*(restart|try-restart|stop|kill|reload(?:-or-restart)?)\\s+${unit}`,
  )
  const [, verb, name] =
    systemctl.exec(said) ?? /\bservice\s+()([\w.@-]+)\s+(?:restart|stop)\b/.exec(said) ?? []
  if (name !== undefined) return { impact: verb?.startsWith('reload') ? 'reload' : 'restart', service: name }
  return /(?:^|[\s;&|/])(?:reboot|poweroff|halt|shutdown)(?=\s|$|[;&|])/.test(said)
    ? { impact: 'failover' }
    : undefined
}
