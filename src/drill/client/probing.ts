import type { Datagram } from '../../model/datagram.ts'
import type { ProbeRecord } from '../../model/drill.ts'
import { bracketed } from '../../model/endpoint.ts'
import type { Endpoint } from '../../model/session.ts'

/** What is asked for, how often, and when an answer is given up. */
export interface ProbePlan extends Endpoint {
  /** Of the page that is asked for; empty where a connection that is made is all that is asked for. */
  readonly path: string
  /**
   * Milliseconds for which such a connection has to stay where nothing is said over it: who passes connections on takes them at once, and
   * closes those for which nobody is found. Where the other end is the first to speak, it has to.
   */
  readonly stays?: number
  /** By which name; by the address where absent. */
  readonly host?: string
  readonly header?: { readonly name: string; readonly value: string }
  /** What is asked by UDP, instead of a page. */
  readonly datagram?: Datagram
  /** The address alone is asked, by an echo of ICMP: nobody knows what else answers there. */
  readonly echo?: true
  /** Nobody knows what is there: whatever a server answers will do, unless it says that it cannot. */
  readonly anyAnswer?: true
  /** An answer that sends the client to TLS is followed to there, in the time of the same request. */
  readonly follows?: Endpoint
  /** Milliseconds from one request to the next. */
  readonly interval: number
  /** Milliseconds after which a request counts as failed. */
  readonly timeout: number
  /** Requests under way at most; beyond that a request is recorded as failed without being sent. */
  readonly atMost: number
}

/** Requests under way; `stop` waits for the last answers and hands everything over. */
export interface Probing {
  /** All finished requests so far. */
  readonly records: readonly ProbeRecord[]
  /** How long after it was due a request was sent at most, in ms: whoever sent it was busy, not the cluster. */
  readonly late: number
  /** By how many ms its times may be off our clock, all of them alike. */
  readonly clockDoubt: number
  /** Has the asking ended before it was told to? What came after that is not known. */
  readonly broken: boolean
  stop(): Promise<readonly ProbeRecord[]>
}

/**
 * Milliseconds after which an answer came too late to serve its client. Over TLS two handshakes come before it, through the ssh of the
 * machine that asks; even so it comes sooner than an answer to a SYN that had to be repeated.
 */
export function slowAfter({ tls, follows }: Pick<ProbePlan, 'tls' | 'follows'>): number {
  return tls || follows ? 750 : 250
}

/** Can this be asked by none but a program on the machine that asks? No datagram and no echo passes through ssh. */
export function takesProgram({ datagram, echo }: Pick<ProbePlan, 'datagram' | 'echo'>): boolean {
  return datagram !== undefined || echo === true
}

/** Starts to ask by a plan. */
export type Ask = (plan: ProbePlan) => Promise<Probing>

/**
 * Starts to ask by all of these plans, or by none: those that have begun are stopped where one cannot, whose error is thrown.
 * What takes a program comes first: of the few that a client may run at once these need theirs, pages can do without.
 */
export async function askAll(plans: readonly ProbePlan[], ask: Ask): Promise<readonly Probing[]> {
  const first = new Map(plans.filter(takesProgram).map((plan) => [plan, ask(plan)]))
  const begun = await Promise.allSettled(plans.map((plan) => first.get(plan) ?? ask(plan)))
  const failed = begun.find((one) => one.status === 'rejected')
  if (!failed) return begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  await Promise.allSettled(begun.map((one) => one.status === 'fulfilled' && one.value.stop()))
  throw failed.reason
}

/** What an answer's status means to a client; absent where there was no answer. */
export function verdictOf(
  status: number | undefined,
  { anyAnswer }: Pick<ProbePlan, 'anyAnswer'>,
): ProbeRecord['verdict'] {
  if (!status) return 'failed'
  if (anyAnswer && status >= 400 && status < 500 && status !== 421) return 'good'
  return status >= 200 && status < 400 ? 'good' : 'wrong'
}

/** What a request says beside its path, a line each. */
export function headOf({ address, port, host, header, tls }: ProbePlan): readonly string[] {
  const standard = port === (tls ? 443 : 80)
  return [
    `Host: ${host === undefined ? bracketed(address) : `${host}${standard ? '' : `:${port}`}`}`,
    ...(header ? [`${header.name}: ${header.value}`] : []),
  ]
}
