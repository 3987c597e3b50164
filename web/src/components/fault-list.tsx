import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { AsSaid } from './as-said.tsx';
import { useSettingName } from './setting-name.ts';
import type { Faults } from './vendor-fields.tsx';

/** All that is wrong with settings, above the form in which each stands beside its field; also what has no field there. */
export function FaultList({ faults }: { readonly faults: Faults }) {
  const words = useTexts(addConnectionTexts);
  const format = useFormat();
  const nameOf = useSettingName();
  if (faults.length === 0) return null;
  return (
    <MessageStrip design="Negative" hideCloseButton role="alert">
      {words.wrong(format.count(faults.length))}
      <ul>
        {faults.map(({ path, says }) => (
          <li key={`${path} ${says}`}>
            {path !== '' && `${nameOf(path) ?? path}: `}
            <AsSaid said={says} />
          </li>
        ))}
      </ul>
    </MessageStrip>
  );
}
