import type { ProblemFacts } from '../../core/index.ts';
import type { ODataWriteOutcome } from '../odata-write.ts';

type Refused = Extract<ODataWriteOutcome, { outcome: 'refused' }>;

/** What to do about a message of SAP about business partners. Words of SAP are not repeated here. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  'R1/286':
    'SAP already has a business partner under this number. Let customers.grouping name a grouping with numbers given by SAP (internal), or decide which business partner it is: seller-ledger customers adopt KEY --number NUMBER --why TEXT',
  'R1/451':
    'Another business partner carries the same external number. Decide which one it is: seller-ledger customers adopt KEY --number NUMBER --why TEXT',
  'R1/455':
    'SAP holds another business partner in its place. Decide which one it is: seller-ledger customers adopt KEY --number NUMBER --why TEXT',
  'R11/657':
    'The business partner lacks the role. Add FLCU00 (and FLCU01 for sales) to it in SAP, or check that the communication user may.',
  'CVI_EI/007':
    'The customer exists already, so SAP takes changes only. Sync again; if it lasts, check in SAP that business partner and customer belong together.',
  'FSBP_ECC/030': 'Set customers.language in the connection file: an address without a language becomes no customer.',
  'CVI_API/003': 'Give the sales area its currency: salesAreas in customers.companyCodes.',
  'BUPA_INTERFACE/003':
    'SAP is configured to take each identification once, and another business partner has this one. Look for it in SAP and remove one of the two.',
  'BS_SOA_COMMON/006':
    'SAP could not match the business partner with its customer. Look at both in SAP, then sync again.',
  'BP_DATAREPL_FND/009':
    'SAP could not match the business partner with its customer. Look at both in SAP, then sync again.',
  'AM/010': 'SAP could not match the address. Look at the addresses of the business partner in SAP, then sync again.',
  '/IWFND/CM_MGW/096':
    'SAP saw a change without any field in it. If a gateway stands before SAP, let it pass the body of PATCH requests; otherwise report this.',
};

/**
 * Why SAP refused a business partner: in its own words, or of a buyer only by its codes, because its words may name the buyer.
 */
export function refusalProblem(refused: Refused, isPersonal: boolean): ProblemFacts {
  const codes = codesOf(refused);
  const known = codes.find((code) => code in NEXT_STEPS);
  const words = refused.details.map(({ text }) => text).join('; ');
  const shown = isPersonal || words === '' ? `message ${codes.join(', ') || 'without a code'}` : words;
  // Other than a refusal of the content, for example a header lost on the way: that has its own code and next step.
  if (refused.problem.code !== 'SAP_WRITE_REFUSED') return withoutWords(refused.problem, isPersonal);
  return {
    code: 'CUSTOMER_REFUSED',
    kind: 'rejected',
    says: `SAP refuses the customer: ${shown.replace(/\.$/, '')}.`,
    next:
      NEXT_STEPS[known ?? ''] ??
      'Look SAP’s message up with the SAP administrator, correct what it names in the connection file or in SAP, then: seller-ledger customers sync NAME',
    ...(codes.length > 0 && { data: codes.join(', ') }),
  };
}

/** SAP's words go out of a problem that is about a buyer; code and number of the message stay. */
export function withoutWords(problem: ProblemFacts, isPersonal: boolean): ProblemFacts {
  if (!isPersonal) return problem;
  const { code, kind, next, data } = problem;
  const status = /HTTP \d{3}/.exec(data ?? '')?.[0];
  return {
    code,
    kind,
    says: `The business partner of a buyer could not be written (${[code, status].filter(Boolean).join(', ')}); what SAP said is not shown because it may name the buyer.`,
    next,
    ...(status !== undefined && { data: status }),
  };
}

/** Each once, in SAP's order, in the form `R1/286`. */
function codesOf({ code, details }: Refused): string[] {
  const all = [...details.map((detail) => detail.code), code].filter((text) => text !== '');
  return [...new Set(all)];
}
