// What an experiment has shown, for people to read. Pure.

import type { ExperimentResult } from '../client/client.ts';
import { renderTable } from './render-table.ts';

type Variant = ExperimentResult['variants'][number];

export function describeExperiment(result: ExperimentResult): string {
  const { name, status, winner, since, variants } = result;
  const head = [
    `${name}: ${status}${winner === null ? '' : `, ${winner} won`}`,
    since === null ? 'nobody has seen it yet' : `counted since ${since}`,
  ].join(', ');
  const table = renderTable(
    ['VARIANT', 'VISITORS', 'CONVERTED', 'RATE', 'BESIDE THE FIRST', 'P', 'REQUESTS', 'ERRORS', 'LATENCY'],
    variants.map(rowOf),
  );
  return `${head}\n\n${table}`;
}

const rowOf = (variant: Variant): string[] => [
  ...[variant.name, String(variant.visitors), String(variant.conversions)],
  rate(variant),
  difference(variant),
  probability(variant),
  ...[String(variant.requests), String(variant.errors)],
  latency(variant),
];

const rate = ({ conversion_rate: value, conversion_rate_interval: interval }: Variant): string =>
  value === null || interval === null
    ? '-'
    : `${percent(value)} (${percent(interval.low)} to ${percent(interval.high)})`;

function difference({ difference: found }: Variant): string {
  if (!found) return '-';
  const { absolute, interval } = found;
  return `${signed(absolute)} (${signed(interval.low)} to ${signed(interval.high)})`;
}

function probability({ difference: found }: Variant): string {
  const p = found?.p ?? null;
  if (p === null) return '-';
  return p < 0.0001 ? '<0.0001' : p.toFixed(4);
}

function latency({ latency_ms: found }: Variant): string {
  if (!found) return '-';
  const half = found.interval ? ` ± ${((found.interval.high - found.interval.low) / 2).toFixed(1)}` : '';
  return `${found.mean.toFixed(1)}${half} ms`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const signed = (share: number): string => `${share < 0 ? '' : '+'}${percent(share)}`;
