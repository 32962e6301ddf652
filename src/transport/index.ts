export { type ConnectOptions, type Connector, createConnector } from './connector.ts'
