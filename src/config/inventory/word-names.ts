import type { vocabulary } from '../../cluster/index.ts'

/** The variables with a meaning of their own; what they may say need not be loaded to look for them. */
export type WordName = keyof typeof vocabulary

export const wordNames: readonly WordName[] = ['cluster', 'director', 'realserver']
