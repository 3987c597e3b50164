import { Button } from '@ui5/webcomponents-react/Button';
import { useNavigate } from 'react-router';
import type { ConnectionDetail } from '../../../src/entrypoints/http/contract/connections.ts';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { changeConnectionTexts } from '../texts/change-connection.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';
import { valuesOf } from './connection-content.ts';
import { KeyValues } from './key-values.tsx';
import { Section } from './section.tsx';

/** How Amazon and SAP are reached and logged on to, in short, with the way to change it. */
export function VendorSection({ connection }: { readonly connection: ConnectionDetail }) {
  const words = useTexts(changeConnectionTexts);
  const { change } = useTexts(connectionTexts);
  const { fields, regions, logOns } = useTexts(addConnectionTexts);
  const may = useMay('connections.manage');
  const navigate = useNavigate();
  const values = valuesOf(connection.settings);
  const inWords = (choices: Readonly<Record<string, string>>, value = '') => choices[value] ?? value;
  const logOn = values['sap.authentication.type'];
  return (
    <Section
      title={words.section}
      actions={
        <Button
          disabled={!may}
          accessibleName={`${change} ${words.title(connection.name)}`}
          onClick={() => void navigate(`/connections/${encodeURIComponent(connection.name)}/settings`)}
        >
          {change}
        </Button>
      }
    >
      <KeyValues
        items={[
          { label: fields['amazon.region'], value: inWords(regions, values['amazon.region']) },
          { label: `Amazon: ${fields['amazon.clientId']}`, value: values['amazon.clientId'] },
          // A destination knows the address, and what is stored only stands for it.
          { label: `SAP: ${fields['sap.baseUrl']}`, value: logOn !== 'destination' && values['sap.baseUrl'] },
          { label: `SAP: ${fields['sap.authentication.type']}`, value: inWords(logOns, logOn) },
          ...(['name', 'user', 'clientId'] as const).map((name) => ({
            label: `SAP: ${fields[`sap.authentication.${name}`]}`,
            value: values[`sap.authentication.${name}`],
          })),
        ]}
      />
    </Section>
  );
}
