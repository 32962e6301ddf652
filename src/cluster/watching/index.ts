export { alertsOf } from './alerts.ts'
export { dashboardOf } from './dashboard.ts'
export { jobsOf } from './targets.ts'
