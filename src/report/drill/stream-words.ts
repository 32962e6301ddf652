import { withDoubt } from '../../model/doubt.ts'
import type { HeldStreams } from '../../model/drill.ts'

/** What became of streams that were held, in a few words. */
export function streamWords(held: HeldStreams): string {
  const { path, kind, connections, opened, broken, silent, lost, longest, doubt, answer } = held
  const [one, several] = kind === 'websocket' ? ['WebSocket', 'WebSockets'] : ['stream', 'streams']
  const of = (count: number) => `${count} ${count === 1 ? one : several}`
  if (opened === 0) return `no ${one} at ${path} came about: ${answer ?? 'no answer'}`
  const fate = [
    ...(broken > 0 ? [`${broken} broke`] : []),
    ...(silent > 0 ? [`${silent} fell silent`] : []),
    ...(lost > 0 ? [`${lost} did not come back`] : []),
  ]
  const back = broken + silent > lost ? `, back after ${withDoubt(longest, doubt)} at most` : ''
  const whole = opened < connections ? ` of ${connections}` : ''
  return `${of(opened)}${whole} at ${path}: ${fate.length === 0 ? 'none broke' : `${fate.join(', ')}${back}`}`
}

/** Did clients that held one have to open it again? */
export function hasBroken({ opened, broken, silent }: HeldStreams): boolean {
  return opened === 0 || broken + silent > 0
}
