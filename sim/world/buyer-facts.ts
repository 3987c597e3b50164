import type { WorldOrder } from './order-facts.ts';
import { createRandom, DIGITS, LOWER_AND_DIGITS } from './random.ts';
import type { SellerWorld } from './seller-world.ts';

/**
 * Stands in everything the pretend Amazon says about a person and nowhere else, so that a search for it finds every place
 * to which buyer data got.
 */
export const BUYER_CANARY = 'Canarybird';

/** Who bought. Everything but town, region, country, order number and tax number is about a person and has the canary. */
export interface WorldBuyer {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly region: string;
  readonly country: string;
  readonly giftMessage: string;
  /** Of business buyers only. */
  readonly company: string | undefined;
  readonly purchaseOrderNumber: string | undefined;
  readonly taxNumber: string | undefined;
}

const FIRST_NAMES = ['Mia', 'Noah', 'Aisha', 'Ben', 'Clara', 'Diego', 'Emre', 'Freya', 'Hana', 'Ivo', 'Jun', 'Lena'];

const TOWNS: Readonly<Record<string, readonly (readonly [city: string, region: string])[]>> = {
  US: [
    ['Portland', 'OR'],
    ['Austin', 'TX'],
    ['Salem', 'MA'],
  ],
  CA: [
    ['Toronto', 'ON'],
    ['Calgary', 'AB'],
  ],
  MX: [['Puebla', 'PUE']],
  UK: [
    ['Leeds', 'West Yorkshire'],
    ['Bristol', 'Bristol'],
  ],
  DE: [
    ['Köln', 'Nordrhein-Westfalen'],
    ['Ulm', 'Baden-Württemberg'],
  ],
  FR: [['Orléans', 'Centre']],
  IT: [['Forlì', 'FC']],
  ES: [['León', 'León']],
  NL: [['Delft', 'Zuid-Holland']],
  JP: [['京都市', '京都府']],
  AU: [['Hobart', 'TAS']],
};

/** The same order has the same buyer every time. */
export function buyerOf(world: SellerWorld, order: WorldOrder): WorldBuyer {
  const random = createRandom(`buyer/${world.seed}/${order.orderId}`);
  const { country } = order.marketplace;
  const name = `${random.pick(FIRST_NAMES)} ${BUYER_CANARY}`;
  const [city, region] = random.pick(TOWNS[country] ?? [['Anywhere', 'ANY'] as const]);
  const token = random.text(12, LOWER_AND_DIGITS);
  return {
    name,
    email: `${BUYER_CANARY}-${token}@marketplace.${order.marketplace.domain.replace('www.', '')}`,
    phone: `+00 ${random.text(9, DIGITS)} (${BUYER_CANARY})`,
    street: `${random.between(1, 99)} ${BUYER_CANARY} Lane`,
    postalCode: `${BUYER_CANARY}-${random.text(5, DIGITS)}`,
    city,
    region,
    country: country === 'UK' ? 'GB' : country,
    giftMessage: `With love from ${name}`,
    company: order.isBusiness ? `${BUYER_CANARY} ${random.pick(['Tools', 'Foods', 'Works'])} Ltd` : undefined,
    purchaseOrderNumber: order.isBusiness ? `PO-${random.text(6, DIGITS)}` : undefined,
    taxNumber: order.isBusiness ? `${country}${random.text(9, DIGITS)}` : undefined,
  };
}
