import { Title } from '@ui5/webcomponents-react/Title';
import type { LookUpAnswer, UnknownValue } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useFormat } from '../../texts/format.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { Amount } from '../amount.tsx';
import { PlainTable } from '../section.tsx';
import { useKinds } from './kind-field.tsx';
import { useSettled } from './use-check.ts';

interface WouldBookProps {
  readonly value: UnknownValue;
  readonly connection: string;
  readonly kind: string;
  readonly companyCode: string | undefined;
  /** Where it would go; `undefined`: the kind has none yet. */
  readonly glAccount: string | undefined;
}

/** Which amounts of how many settlements would be booked to which G/L account, by its name in SAP. */
export function WouldBook({ value, connection, kind, companyCode, glAccount = '' }: WouldBookProps) {
  const words = useTexts(mappingTexts);
  const { count } = useFormat();
  const { kinds } = useKinds();
  const name = kinds.find((each) => each.kind === kind)?.name;
  const text = useSettled(glAccount);
  const { data } = useAnswer<LookUpAnswer>(
    `/mapping/${encodeURIComponent(connection)}/look-up?${new URLSearchParams({
      kind: 'gl-accounts',
      ...(companyCode && { companyCode }),
      text,
    })}`,
    { refreshMs: false },
  );
  if (name === undefined) return null;
  const found = text === glAccount ? data?.items.find(({ number }) => number === glAccount) : undefined;
  return (
    <section aria-label={words.wouldBook}>
      <Title level="H3">{words.wouldBook}</Title>
      <PlainTable
        label={words.wouldBook}
        rows={value.amounts}
        keyOf={({ currency }) => currency}
        columns={[
          { title: words.kind, cell: () => name },
          {
            title: words.glAccount,
            cell: () => (glAccount === '' ? words.noAccountYet : [glAccount, found?.name].filter(Boolean).join(' ')),
          },
          { title: words.settlements, cell: () => count(value.settlements.length), isRight: true },
          { title: words.rows, cell: () => count(value.rowCount), isRight: true },
          {
            title: words.amountOfAmazon,
            cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
            isRight: true,
          },
        ]}
      />
    </section>
  );
}
