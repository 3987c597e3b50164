/** On which account of the template each class of the pretend seller's business belongs, said by hand. */
import type { EventKind, TruthClass } from '../../sim/world/index.ts';

export const PAYOUT = '12509400';
export const DEBT = '21009200';

// biome-ignore format: a table is read by its rows.
const ACCOUNT_OF: Readonly<Record<Exclude<TruthClass, 'fee of an unknown kind'>, string>> = {
  'product sale': '41000000', 'shipping charged to buyer': '41001100', 'gift wrap charged to buyer': '41001200',
  'promotion on product': '41001300', 'promotion on shipping': '41001300', 'points granted to buyer': '41001300',
  'product sale refunded': '41002000', 'shipping refunded': '41002100', 'gift wrap refunded': '41002100',
  'promotion on product taken back': '41002200', 'promotion on shipping taken back': '41002200',
  'points taken back from buyer': '41002200',
  'chargeback paid': '41002300', 'A-to-z claim paid': '41002400',
  'sales tax collected': '22008000', 'sales tax withheld by Amazon': '22008000',
  'sales tax spared by a promotion': '22008000', 'sales tax refunded': '22008000',
  'withheld sales tax given back': '22008000', 'sales tax spared by a promotion, taken back': '22008000',
  'sales tax charged afterwards': '22008000', 'sales tax charged afterwards, withheld': '22008000',
  'referral fee': '65003000', 'referral fee given back': '65003000', 'refund administration fee': '65003100',
  'shipping kept by Amazon': '65003200', 'gift wrap kept by Amazon': '65003200',
  'shipping kept by Amazon, given back': '65003200', 'gift wrap kept by Amazon, given back': '65003200',
  'digital services fee': '65003300', 'digital services fee given back': '65003300', 'subscription fee': '65003400',
  'FBA fulfilment fee': '65004000', 'FBA storage fee': '65004100', 'FBA aged inventory fee': '65004200',
  'inbound freight': '65004300', 'inbound freight discount': '65004300', 'removal fee': '65004400',
  'disposal fee': '65004400', 'product sent for another channel': '12504600',
  'fulfilment fee for another channel': '65004600', 'transport fee for another channel': '65004600',
  'advertising': '65005000', 'coupon fee': '65005100', 'deal fee': '65005100',
  'inventory reimbursement': '70007000', 'inventory reimbursement taken back': '70007100',
  'liquidation proceeds': '70007300', 'liquidation brokerage fee': '65007400', 'tax on Amazon fees': '12608900',
  'reserve held back': '12509100', 'reserve released': '12509100', 'debt carried in': DEBT,
  'debt charged to card': '12509300', 'debt covered by a sister account': '12509410',
  'loan of Amazon': '23009000', 'debt of a sister account covered': '12509410', 'failed payout returned': PAYOUT,
};

/** Whatever a claim or a chargeback takes back of the sale stands on an account of its own; taxes and fees do not. */
export function accountOf(event: EventKind, truthClass: TruthClass): string {
  const isDelivery = truthClass === 'shipping refunded' || truthClass === 'gift wrap refunded';
  if (event === 'A-to-z claim' && isDelivery) return ACCOUNT_OF['A-to-z claim paid'];
  if (event === 'chargeback' && isDelivery) return ACCOUNT_OF['chargeback paid'];
  return ACCOUNT_OF[truthClass as keyof typeof ACCOUNT_OF];
}
