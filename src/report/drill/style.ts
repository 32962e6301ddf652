import type { Markup } from './markup.ts'

/** For a wide screen, a phone and paper, light and dark. */
export const style = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #22252b; --faint: #6b7280; --line: #d9d6cf; --card: #fff;
  --good: #0f7b5f; --bad: #c2283c; --odd: #b7791f; --shade: #f7d3d6; --hold: #3b6fb6; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171b; --ink: #e7e5e0; --faint: #9aa1ab; --line: #343840; --card: #1d2026;
  --good: #4fc79f; --bad: #ff7684; --odd: #e6b450; --shade: #4a2329; --hold: #7aa7e8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 1060px; margin: 0 auto; padding: 0 16px; }
h1 { margin: 32px 0 0; font-size: 1.9rem; } h2 { margin: 0 0 8px; font-size: 1.2rem; } small { font-weight: 600; font-size: .8rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px; margin: 18px 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 500; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
a { color: inherit; } .pass .verdict, .pass { color: var(--good); } .fail .verdict, .fail { color: var(--bad); }
tr.pass, tr.fail { color: inherit; } .key { color: var(--faint); font-size: .85rem; } .lines { white-space: pre-wrap; }
.key i { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin: 0 4px 0 12px; background: var(--good); }
.key i.wrong { background: var(--odd); } .key i.failed { background: var(--bad); } .key i.outage { background: var(--shade); border-radius: 2px; }
.key i.holds { background: var(--hold); border-radius: 2px; } .key i.log { background: var(--faint); border-radius: 0; }
.key i.kept { opacity: .55; border-radius: 2px; } .key i.advert, .key i.announced, .key i.goodbye { width: 3px; height: 12px; border-radius: 0; vertical-align: -1px; }
.key i.advert { background: var(--faint); } .key i.announced { background: var(--odd); } .key i.goodbye { background: var(--bad); } .key span { white-space: nowrap; }
svg { display: block; width: 100%; height: auto; } svg.chart { min-width: 640px; } svg.topology { max-width: 560px; margin: 0 auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } text.label { text-anchor: end; fill: var(--faint); }
text.tick { text-anchor: middle; fill: var(--faint); } text.event { fill: var(--faint); } line.event { stroke: var(--faint); stroke-dasharray: 3 3; }
line.grid { stroke: var(--line); } path.good, path.wrong, path.failed { fill: none; stroke-width: 3; stroke-linecap: round; }
path.good { stroke: var(--good); } path.wrong { stroke: var(--odd); } path.failed { stroke: var(--bad); } path.log { fill: var(--faint); }
rect.kept { fill: var(--good); opacity: .55; } path.cut { stroke: var(--bad); stroke-width: 2.5; fill: none; }
path.advert { stroke: var(--faint); stroke-width: 1.5; } path.goodbye { stroke: var(--bad); stroke-width: 2.5; } path.announced { stroke: var(--odd); stroke-width: 2; }
path.pool.in { fill: var(--good); } path.pool.out { fill: var(--bad); } table.moments { width: auto; } .moments td:first-child { padding-left: 0; }
rect.outage { fill: var(--shade); } rect.idle { fill: var(--line); opacity: .45; } rect.holds { fill: var(--hold); }
.machine rect { fill: var(--card); stroke: var(--line); stroke-width: 1.5; } .machine text { text-anchor: middle; font-weight: 600; }
.machine text.address { font-weight: 400; fill: var(--faint); } .vip rect { stroke: var(--hold); stroke-width: 2; }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #111; --faint: #555; --line: #ccc; --card: #fff;
  --good: #0f7b5f; --bad: #c2283c; --odd: #b7791f; --shade: #f7d3d6; --hold: #3b6fb6; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } body { font-size: 12px; } section { padding: 10px; }
  .chart, tr { break-inside: avoid; } details { display: none; }
  .wide { overflow: visible; } .wide table { font-size: 9px; } th, td { padding: 3px 5px 3px 0; } .wide .n { white-space: normal; } }
` as Markup
