/**
 * What a program can have done without a terminal: the library. Each operation takes options, tells `onEvent` what
 * happens, stops when `signal` is aborted, and returns what came of it. What fails on one host is part of the result;
 * what ends a whole operation is thrown as a `Failure`. Nothing is printed, and nobody is asked anything that the
 * options do not say.
 */
export type { Change, Difference, Impact } from '../model/change.ts'
export type { DeployEvent, DeployOutcome, VersionChange } from '../model/deployment.ts'
export type { Drift } from '../model/drift.ts'
export type { Bound, DrillNotRun, DrillReport, DrillResult, Felt, Outage } from '../model/drill.ts'
export type { DrillEvent, DrillName, DrillProgress, DrillStage } from '../model/drill-event.ts'
export type { HostRecap, ProofResult, RunEvent } from '../model/event.ts'
export type {
  BadState,
  ClusterFailover,
  Consequence,
  Failover,
  Mishap,
  ProvedVip,
  Trouble,
  WorstTakeover,
} from '../model/failover.ts'
export { explain, Failure, type FailureCode, InvalidInput } from '../model/failure.ts'
export type { Host } from '../model/host.ts'
export type { Origin } from '../model/origin.ts'
export type { Answer, AtTerminal, Pause } from '../model/pausing.ts'
export { changeOf, type HostPlan, type Plan, type Step, type Verdict } from '../model/plan.ts'
export type { Finding, Warning } from '../model/rule.ts'
export type { ClusterStatus } from '../model/status.ts'
export type { AskStep, StepChoice, SteppedChange } from '../model/stepping.ts'
export { type AdoptOptions, type AdoptResult, adopt } from './adopt.ts'
export { type ApplyOptions, type ApplyPlanOptions, apply, applyPlan } from './apply.ts'
export type { ClusterOptions } from './clusters.ts'
export { type DeployOptions, type DeployResult, deploy } from './deploy.ts'
export type { Disruption, DisruptionOptions } from './disruption.ts'
export { type DriftResult, drift } from './drift.ts'
export { type DrillOptions, type DrillsResult, drill, listDrills, type PowerSwitch } from './drill.ts'
export { type ExecOptions, exec, planExec } from './exec.ts'
export { type ExplainOptions, explainClusters } from './explain.ts'
export { type HandedOver, type HandoverOptions, type HandoverResult, handover } from './handover.ts'
export { type History, type HistoryOptions, history } from './history.ts'
export { type Asking, type InitOptions, type InitResult, init } from './init.ts'
export {
  type Explanation,
  explainHost,
  type HostOptions,
  hostVariables,
  inventoryGraph,
  inventoryList,
  type ReadOptions,
} from './inventory.ts'
export { type LintFindings, type LintOptions, type LintResult, lint, lintFindings } from './lint.ts'
export { lintFixing, type Mended } from './lint-fix.ts'
export {
  type LintKeepalivedOptions,
  type LintKeepalivedResult,
  lintKeepalived,
} from './lint-keepalived.ts'
export type { Locking } from './locking.ts'
export { type MonitoringOptions, type MonitoringResult, monitoring } from './monitoring.ts'
export type { ConnectionOptions, Following, InventoryOptions } from './options.ts'
export { type KeepOptions, type PlanOptions, plan } from './plan.ts'
export type { PlaybookOptions } from './playbook.ts'
export type { Permission, ProtectedDisruption } from './protection.ts'
export { type Rendered, type RenderOptions, render } from './render.ts'
export { type KeptFile, keptVersions, type RestoreOptions, restore } from './restore.ts'
export { type ResumeOptions, resume } from './resume.ts'
export { type FormerRun, formerRuns, type RollbackOptions, rollback } from './rollback.ts'
export { lintRule, lintRules, type RuleExplained } from './rules.ts'
export type { CarriedOut, Pausing, RunOptions, RunResult } from './run.ts'
export { type AnsibleSettings, ansibleSettings } from './settings.ts'
export { type StatusOptions, status, watchStatus } from './status.ts'
export { type ClusterProofs, type VerifyOptions, type VerifyResult, verify } from './verify.ts'
