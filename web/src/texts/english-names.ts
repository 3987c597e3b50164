import type { Vocabulary } from './service-words.ts';

/** What the audit log says was done, in words. The log itself has the names behind them, by which it is searched. */
export const englishActions = {
  'accrual.post': 'Accrual sent',
  'accrual.propose': 'Accrual made',
  'accrual.questions': 'Questions of a closed month left open',
  'accrual.withdraw': 'Accrual withdrawn',
  'alert.acknowledge': 'Alert acknowledged',
  'alert.mute': 'Alert muted',
  'alert.unmute': 'Alert unmuted',
  'audit.archive': 'Audit log archived',
  'audit.begin': 'Chain of the audit log begun',
  'audit.checkpoint': 'Head of the audit log recorded',
  'audit.export': 'Audit log exported',
  'audit.key': 'Key of the audit log on record',
  'audit.key-rotate': 'Key of the audit log replaced',
  'audit.package': 'Audit package written',
  'backup.create': 'Backup made',
  'backup.drill': 'Restore drilled',
  'backup.restore': 'Backup restored',
  'buyer.open': 'Buyer looked at',
  'buyer.purge': 'Buyer deleted',
  'connection.add': 'Connection added',
  'connection.erase': 'Erasure of the seller begun',
  'connection.erased': 'Seller erased',
  'connection.model': 'Accounting model changed',
  'connection.resume': 'Connection works again',
  'connection.rules-accepted': 'Looser approval rules accepted',
  'connection.sap-pause': 'SAP cannot be reached, pause begun',
  'connection.sap-resume': 'Pause of SAP ended',
  'connection.stop': 'Connection stopped',
  'connection.update': 'Settings of the connection changed',
  'connection.warn': 'Warned that a credential expires',
  'customer.adopt': 'Business partner adopted',
  'customer.change': 'Customer changed in SAP',
  'customer.conflict': 'Customer in conflict',
  'customer.creating': 'Customer being created',
  'customer.edited-in-sap': 'Customer was edited in SAP',
  'customer.kept': 'Customer is in SAP',
  'customer.number': 'Number of the business partner recorded',
  'customer.refused': 'Customer refused by SAP',
  'customer.unknown': 'Creation of the customer unknown',
  'customer.want': 'Customer wanted',
  'customer.wanted': 'Customer wanted again',
  'deposit.match': 'Deposit matched',
  'deposit.record': 'Deposit recorded',
  'deposit.unmatch': 'Match of the deposit undone',
  'deposit.withdraw': 'Deposit withdrawn',
  'entry.annotate': 'Note about the entry',
  'entry.approval': 'Entry approved by one person',
  'entry.approved': 'Entry approved',
  'entry.post': 'Posting of the entry asked for',
  'entry.posted': 'Entry posted',
  'entry.proposed': 'Entry proposed again',
  'entry.refusal': 'Entry refused',
  'entry.rejected': 'Entry rejected by SAP',
  'entry.reversal': 'Reversal asked for',
  'entry.reversed': 'Entry reversed',
  'entry.sending': 'Entry being sent',
  'entry.unknown': 'Outcome of the entry unknown',
  'entry.withdrawn': 'Entry withdrawn',
  'hold.place': 'Legal hold placed',
  'hold.release': 'Legal hold released',
  'installation.change': 'Settings of the installation changed',
  'job.cancel': 'Job taken back',
  'job.dismiss': 'Failed job dismissed',
  'job.replay': 'Job tried again',
  'key.abandon': 'Key abandoned',
  'key.destroy-data': 'Data key destroyed',
  'key.join': 'Key added',
  'key.retire': 'Key retired',
  'key.rotate': 'Vault key rotated',
  'key.rotate-data': 'Data key rotated',
  'mapping.approve': 'Account table approved',
  'mapping.record': 'Account table recorded',
  'period.close': 'Month closed',
  'period.reopen': 'Month reopened',
  'report.intend': 'Report to be asked of Amazon',
  'retention.run': 'Retention periods applied',
  'sap.more': 'Further requests to SAP',
  'sap.relink': 'Linked anew with SAP',
  'sap.verify': 'Compared with SAP',
  'schedule.pause': 'Scheduled work paused',
  'schedule.resume': 'Scheduled work resumed',
  'schedule.run': 'Scheduled work asked for',
  'secret.set': 'Secret entered',
  'secret.try': 'Secret tried',
  'secret.use': 'Secret used',
  'settlement.file-left-out': 'File of the settlement kept as evidence only',
  'settlement.file-received': 'Another file of the settlement received',
  'settlement.file-replaced': 'File of the settlement replaced',
  'settlement.file-used': 'Other file of the settlement used',
  'settlement.file-waiting': 'File of the settlement waits for a decision',
  'settlement.file-wanted': 'Other file of the settlement chosen',
  'settlement.post': 'Posting of the settlement asked for',
  'settlement.propose': 'New proposal asked for',
  'settlement.proposed': 'Entries proposed',
  'settlement.proven': 'Settlement proven',
  'settlement.quarantined': 'Settlement in quarantine',
  'settlement.receive': 'Settlement received',
  'settlement.received': 'Settlement worked out anew',
  'settlement.replay': 'Settlement processed again',
  'settlement.take-back-dropped': 'Decision about the reversal dropped',
  'settlement.take-back-leave': 'Reversal left as it is',
  'settlement.take-back-propose-again': 'Taken back and proposed again',
  'sign-in': 'Signed in',
  'sign-in.refuse': 'Sign-in refused',
  'sign-out': 'Signed out',
  'token.create': 'Token made',
  'token.revoke': 'Token revoked',
  'user.add': 'User added',
  'user.disable': 'User disabled',
  'user.enable': 'User enabled',
  'user.password': 'Password changed',
  'user.reset-password': 'Password reset',
  'user.roles': 'Roles changed',
  'user.unlock': 'User unlocked',
} as const satisfies Readonly<Record<string, string>>;

export const englishPermissions = {
  'books.read': 'read the books',
  'audit.read': 'read the audit log',
  'books.operate': 'fetch, post and reverse',
  'entries.approve': 'approve journal entries',
  'periods.close': 'close months and accrue',
  'mapping.edit': 'maintain account tables',
  'mapping.approve': 'approve account tables',
  'customers.operate': 'maintain customers',
  'connections.manage': 'manage connections',
  'operation.manage': 'run the operation',
  'users.manage': 'manage users',
  'own.manage': 'manage own credentials',
} as const satisfies Readonly<Record<string, string>>;

const EXCHANGES: Readonly<Record<string, string>> = { amazon: 'Request to Amazon', sap: 'Request to SAP' };
/** Written in capitals where they are words of a name. */
const SHORT = /\b(?:awd|cod|ebt|fba|mcf|sku|vat)\b/g;
const CODE = /^[a-z]+(?:-[a-z0-9]+)*$/;

/** `fba-storage-fee` as `FBA storage fee`; what is no code stays as it is. */
export function wordsOfCode(code: string): string {
  if (!CODE.test(code)) return code;
  const words = code.replaceAll('-', ' ').replaceAll(SHORT, (short) => short.toUpperCase());
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** A name of the service in English words, where it is not a word already; `otherwise` where the service has one itself. */
export function englishName(of: Vocabulary, name: string, otherwise?: string): string {
  if (of === 'action') return nameIn(englishActions, name) ?? exchangeOf(name) ?? otherwise ?? name;
  if (of === 'permission') return nameIn(englishPermissions, name) ?? otherwise ?? name;
  if (otherwise !== undefined && otherwise !== name && otherwise !== '') return otherwise;
  return of === 'kind' || of === 'purpose' || of === 'work' ? wordsOfCode(name) : (otherwise ?? name);
}

/** Why people have to approve, by what the settings are about instead of by their names. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\bposting\.fourEyesAbove\b/g, 'the limit for two people'],
  [/\bposting\.automaticUpTo\b/g, 'the limit for automatic approval'],
  [/\bposting\.approval is review\b/g, 'a person approves each entry of this connection'],
  [/\bposting\.approval is automatic\b/g, 'entries of this connection are approved automatically'],
];

/** A sentence of the service with words in place of names of settings that an accountant does not set. */
export function englishSentence(said: string): string {
  if (!said.includes('posting.')) return said;
  return RULES.reduce((text, [name, words]) => text.replaceAll(name, words), said);
}

function nameIn(names: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

/** What is asked of SAP or Amazon has the name that they give it. */
function exchangeOf(action: string): string | undefined {
  const [side = '', ...operation] = action.split('.');
  const exchange = EXCHANGES[side];
  return exchange && `${exchange}: ${operation.join('.')}`;
}
