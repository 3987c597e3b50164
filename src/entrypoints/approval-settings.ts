import { z } from 'zod';
import {
  type AmountLimits,
  type ApprovalRules,
  type JsonObject,
  loosenedSince,
  type RuleChange,
  type WaitingRuleChange,
} from '../app/index.ts';
import { isCurrencyCode, isProblem, type Money, parseMoney } from '../core/index.ts';

/** `{ EUR: '10000.00' }`: amounts are text, because a number in YAML is not exact. */
const limitsSchema = z.record(z.string(), z.string()).superRefine((limits, context) => {
  for (const [currency, amount] of Object.entries(limits)) {
    if (limitOf(currency, amount)) continue;
    const message = isCurrencyCode(currency)
      ? 'must be an amount in quotes with at most the decimals of the currency, for example "10000.00"'
      : 'is no ISO 4217 currency, for example EUR';
    context.addIssue({ code: 'custom', path: [currency], message });
  }
});

/** Settings of `posting` that say who approves. */
export const approvalShape = {
  approval: z.enum(['automatic', 'review']).default('automatic'),
  automaticUpTo: limitsSchema.optional(),
  fourEyesAbove: limitsSchema.optional(),
  approverNot: z.enum(['mapping-author', 'nobody']).optional(),
};

export type ApprovalSettings = z.output<z.ZodObject<typeof approvalShape>>;

/** Faults between them: what two people approve cannot be approved by nobody. */
export function approvalFaults({ automaticUpTo = {}, fourEyesAbove = {} }: ApprovalSettings) {
  return Object.entries(automaticUpTo).flatMap(([currency, amount]) => {
    const automatic = limitOf(currency, amount);
    const fourEyes = limitOf(currency, fourEyesAbove[currency] ?? '');
    if (!automatic || !fourEyes || automatic.minor <= fourEyes.minor) return [];
    const message = `is above posting.fourEyesAbove.${currency}, from which on two people approve`;
    return [{ path: ['automaticUpTo', currency], message }];
  });
}

export function approvalRulesOf({
  approval,
  automaticUpTo,
  fourEyesAbove,
  approverNot,
}: ApprovalSettings): ApprovalRules {
  return {
    approval,
    approverNot,
    automaticUpTo: automaticUpTo && limitsOf(automaticUpTo),
    fourEyesAbove: fourEyesAbove && limitsOf(fourEyesAbove),
  };
}

/** What somebody loosened in the rules of a connection and nobody else has accepted. */
export function waitingRuleChanges(rules: ApprovalRules, changes: readonly RuleChange[]): readonly WaitingRuleChange[] {
  return loosenedSince(rules, changes, formerRulesOf);
}

/** The rules as they hold: those of the settings, and beside them what another person has not accepted away. */
export function rulesInForce<Rules extends ApprovalRules>(rules: Rules, changes: readonly RuleChange[]): Rules {
  const formerly = waitingRuleChanges(rules, changes).map(({ before }) => before);
  return formerly.length === 0 ? rules : { ...rules, formerly };
}

/** What cannot be read any more held two people to everything: the careful reading. */
function formerRulesOf(before: JsonObject): ApprovalRules {
  const checked = z.object(approvalShape).safeParse(before);
  return checked.success ? approvalRulesOf(checked.data) : { approval: 'review', fourEyesAbove: new Map() };
}

function limitsOf(limits: Readonly<Record<string, string>>): AmountLimits {
  return new Map(
    Object.entries(limits).flatMap(([currency, amount]) => {
      const limit = limitOf(currency, amount);
      return limit ? [[limit.currency, limit] as const] : [];
    }),
  );
}

function limitOf(currency: string, amount: string): Money | undefined {
  if (!isCurrencyCode(currency)) return undefined;
  try {
    const limit = parseMoney(amount, currency);
    return limit.minor >= 0n ? limit : undefined;
  } catch (thrown) {
    if (isProblem(thrown)) return undefined;
    throw thrown;
  }
}
