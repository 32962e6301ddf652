import { styleText } from 'node:util'

export type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold' | 'magenta'

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

/** Colours on a terminal, unless NO_COLOR (no-color.org) says otherwise; FORCE_COLOR wants them everywhere. */
export function paintFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Paint {
  const wanted = env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTerminal
  return wanted ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_, text) => text
}
