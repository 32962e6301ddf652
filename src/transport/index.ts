export { type ConnectOptions, createConnector } from './connector.ts'
