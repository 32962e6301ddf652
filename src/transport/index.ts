export { type ConnectOptions, createConnector } from './connector.ts'
export { checkSshConfig } from './ssh-config.ts'
