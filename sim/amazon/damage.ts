import type { Answer } from './answers.ts';
import type { FaultKind } from './faults.ts';

const STATUS_MEMBERS = ['fulfillmentStatus', 'transactionStatus', 'currentStatus', 'processingStatus', 'balanceType'];
/** Without it a record cannot be kept. */
const NEEDED_MEMBERS = ['orderId', 'id', 'totalAmount', 'reportId', 'amount'];
const NEEDED_DETAILS = ['lastUpdatedTime', 'currentStatus'];
const LISTS = ['orders', 'transactions', 'payouts', 'balances', 'reports'];

type Json = Record<string, unknown>;

/** Spoils a good answer the way a fault says. Other answers stay as they are. */
export function damageAnswer(answer: Answer, fault: FaultKind | undefined): Answer {
  if (answer.status !== 200 && answer.status !== 202) return answer;
  const body = Buffer.from(answer.body).toString('utf8');
  switch (fault) {
    case 'html-page':
      return {
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<!doctype html><html><body><h1>Sorry, something went wrong on our end.</h1></body></html>',
      };
    case 'truncated-json':
      return { ...answer, body: body.slice(0, Math.floor(body.length / 2)) };
    case 'unknown-enum':
      return { ...answer, body: changed(body, (record) => renameStatus(record)) };
    case 'missing-field':
      return { ...answer, body: changed(body, (record) => dropMember(record, NEEDED_MEMBERS)) };
    case 'missing-detail':
      return { ...answer, body: changed(body, (record) => dropMember(record, NEEDED_DETAILS)) };
    default:
      return answer;
  }
}

function changed(body: string, change: (record: Json) => void): string {
  const parsed = JSON.parse(body) as Json;
  const inside = isObject(parsed.payload) ? parsed.payload : parsed;
  const list = LISTS.map((name) => inside[name]).find(Array.isArray);
  const record: unknown = list ? list[0] : isObject(inside.order) ? inside.order : inside;
  if (isObject(record)) change(record);
  return JSON.stringify(parsed);
}

function renameStatus(record: Json): void {
  for (const holder of [record, record.fulfillment].filter(isObject)) {
    const name = STATUS_MEMBERS.find((member) => member in holder);
    if (name !== undefined) holder[name] = 'NEVER_SEEN_BEFORE';
  }
}

function dropMember(record: Json, members: readonly string[]): void {
  const name = members.find((member) => member in record);
  if (name !== undefined) delete record[name];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
