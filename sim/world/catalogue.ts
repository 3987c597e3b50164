import type { Marketplace } from './marketplaces.ts';
import type { Random } from './random.ts';

/** Something the seller sells in one marketplace. */
export interface Product {
  readonly sku: string;
  readonly priceMinor: bigint;
  /** Amazon's share of the price. */
  readonly referralPerMille: number;
  readonly fulfilmentFeeMinor: bigint;
}

const SKUS_BY_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  de: ['STÜHLE-ÄÖ-01', 'GRÖSSE-XL ß', 'KÜCHE/007', 'TEE-GRÜN-100'],
  fr: ['ÉTÉ-ŒUF-12', 'CHAISE-BLEU-É', 'THÉ-VERT-100'],
  es: ['AÑO-NIÑO-5', 'JARRÓN-01', 'TÉ-VERDE-100'],
  it: ['CAFFÈ-250G', 'PIÙ-CITTÀ-9', 'TÈ-VERDE-100'],
  ja: ['ヨガマット-黒', '茶碗-白-02', 'タオル-青-S', '箸-竹-10'],
};

// A quotation mark, leading zeros and an inner blank are all legal in a SKU and stand literally in the file.
const SKUS_EVERYWHERE = [
  'TRAY-12"',
  '00431',
  'LAMP B-2',
  "O'NEIL-3",
  'MUG-RED-350',
  'YOGA-MAT-6',
  'T-SHIRT-M',
  'SPOON_8',
];

export function drawCatalogue(random: Random, marketplace: Marketplace): readonly Product[] {
  const own = SKUS_BY_LANGUAGE[marketplace.language.slice(0, 2)] ?? [];
  const unit = BigInt(marketplace.priceUnitMinor);
  return [...own, ...SKUS_EVERYWHERE].map((sku) => ({
    sku,
    priceMinor: BigInt(random.between(9, 90)) * unit - BigInt(random.pick([0, 1, 5])),
    referralPerMille: random.pick([80, 120, 150]),
    fulfilmentFeeMinor: BigInt(random.between(25, 65)) * (unit / 10n) + BigInt(random.between(0, 9)),
  }));
}
