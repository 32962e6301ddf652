import { fileURLToPath } from 'node:url'

/** Where understudy's own templates, playbooks and roles stand. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url))
