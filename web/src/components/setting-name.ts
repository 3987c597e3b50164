import { addConnectionTexts } from '../texts/add-connection.ts';
import { useTexts } from '../texts/texts.ts';
import { headerOf } from './connection-content.ts';

/** Says a setting as its field is called, with whose it is; `undefined` for one that has no field. */
export function useSettingName(): (path: string) => string | undefined {
  const { fields, amazon, sap, header } = useTexts(addConnectionTexts);
  const labels: Readonly<Record<string, string>> = fields;
  const groups: Readonly<Record<string, string>> = { amazon, sap };
  const labelOf = (path: string): string | undefined => {
    const own = headerOf(path);
    if (own !== undefined) return header(own);
    // What is within a setting, such as one of several marketplaces, is said with it.
    return labels[path] ?? (path.includes('.') ? labelOf(path.slice(0, path.lastIndexOf('.'))) : undefined);
  };
  return (path) => {
    const label = labelOf(path);
    const group = groups[path.split('.')[0] ?? ''];
    return label !== undefined && group !== undefined ? `${group}: ${label}` : label;
  };
}
