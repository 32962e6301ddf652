export { type ConnectOptions, createConnector } from './connector.ts'
export type { Keeping } from './kept/reaching.ts'
export { checkSshConfig } from './ssh-config.ts'
