import type { Script } from '../model/script.ts'
import { arm, strikeArmed, undoNow } from './deadman.ts'
import type { Fault, Struck } from './fault.ts'

/** Somebody beside the machines who can cut their power. */
export interface PowerSwitch {
  /** Milliseconds a machine may take from its power to where it can be logged into. */
  readonly bootsWithin: number
  /** Has a machine switched on again after some seconds, whatever becomes of us. */
  arm(host: string, seconds: number): Promise<void>
  cut(host: string): Promise<void>
  /** Switches it on, unless it is, and waits until it can be logged into, for `bootsWithin` at most. */
  restore(host: string): Promise<void>
}

/** How a fault gets to a machine and away from it. */
export interface Hand {
  /** Sees to it, before the fault strikes, that it ends after some seconds even when nobody ends it. */
  arm(one: Struck, seconds: number): Promise<void>
  strike(one: Struck): Promise<void>
  undo(one: Struck): Promise<void>
}

/** What a hand works with. */
export interface HandTools {
  /** Runs a script on a host; without a signal it puts something back, and nothing keeps it from that. */
  readonly send: (host: string, script: Script, signal?: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly power?: PowerSwitch
}

/** The hand for a fault: scripts on the machine, or the switch of its power. */
export function handFor(id: string, fault: Fault, { send, signal, power }: HandTools): Hand {
  if (!('cutsPower' in fault))
    return {
      arm: (one, seconds) => send(one.host, arm(id, fault.undo(one), seconds), signal),
      strike: (one) => send(one.host, strikeArmed(id, fault.inject(one), fault.undo(one)), signal),
      undo: (one) => send(one.host, undoNow(id, fault.undo(one))),
    }
  if (!power) throw new Error(`${fault.name} without a switch for the power`)
  return {
    arm: ({ host }, seconds) => power.arm(host, seconds),
    strike: ({ host }) => power.cut(host),
    undo: ({ host }) => power.restore(host),
  }
}
