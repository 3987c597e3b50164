import type { SettingsCheck } from '../../../src/entrypoints/http/contract/connections.ts';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { changeConnectionTexts } from '../texts/change-connection.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useTexts } from '../texts/texts.ts';
import { PlainTable } from './section.tsx';
import { useSettingName } from './setting-name.ts';

interface DifferenceTableProps {
  readonly label: string;
  readonly rows: SettingsCheck['changes'];
}

/** Settings that become others, by the names of their fields. */
export function DifferenceTable({ label, rows }: DifferenceTableProps) {
  const words = useTexts(changeConnectionTexts);
  const { setting } = useTexts(connectionTexts);
  const { regions, logOns, sentBy, hosts } = useTexts(addConnectionTexts);
  const settingName = useSettingName();
  const choices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'amazon.region': regions,
    'sap.authentication.type': logOns,
    'sap.authentication.sendCredentials': sentBy,
    'amazon.sandbox': { true: hosts.sandbox, false: hosts.production },
  };
  const nameOf = (path: string) => settingName(path) ?? <code className="sl-code">{path}</code>;
  const sayValue = (path: string, value: string | null) =>
    value === null || value === '' ? words.none : (choices[path]?.[value] ?? value);
  return (
    <PlainTable
      label={label}
      rows={rows}
      keyOf={({ path }) => path}
      columns={[
        { title: setting, cell: ({ path }) => nameOf(path) },
        { title: words.before, cell: ({ path, before }) => sayValue(path, before) },
        { title: words.after, cell: ({ path, after }) => sayValue(path, after) },
      ]}
    />
  );
}
