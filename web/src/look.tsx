import { setLanguage } from '@ui5/webcomponents-base/dist/config/Language.js';
import { setTheme } from '@ui5/webcomponents-base/dist/config/Theme.js';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { useMedia } from './media.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Scheme = 'system' | 'light' | 'dark';

export interface Look {
  readonly language: Language;
  readonly scheme: Scheme;
  setLanguage(language: Language): void;
  setScheme(scheme: Scheme): void;
}

const LookContext = createContext<Look | undefined>(undefined);
const STORED = 'seller-ledger.look';
const SYSTEM_DARK = '(prefers-color-scheme: dark)';

/** Language and colours, kept in this browser. By default those of the browser. */
export function LookProvider({ children }: { readonly children: ReactNode }) {
  const [look, setLook] = useState(readLook);
  const isDark = useIsDark(look.scheme);
  useEffect(() => showLook(look.language, isDark), [look.language, isDark]);
  useEffect(() => localStorage.setItem(STORED, JSON.stringify(look)), [look]);
  const value = useMemo<Look>(
    () => ({
      ...look,
      setLanguage: (language) => setLook((before) => ({ ...before, language })),
      setScheme: (scheme) => setLook((before) => ({ ...before, scheme })),
    }),
    [look],
  );
  return <LookContext value={value}>{children}</LookContext>;
}

export function useLook(): Look {
  const look = useContext(LookContext);
  if (!look) throw new Error('there is no LookProvider around');
  return look;
}

type StoredLook = Pick<Look, 'language' | 'scheme'>;

/** Before anything is drawn. */
export function applyStoredLook(): void {
  const { language, scheme } = readLook();
  showLook(language, scheme === 'system' ? matchMedia(SYSTEM_DARK).matches : scheme === 'dark');
}

function showLook(language: Language, isDark: boolean): void {
  void setTheme(isDark ? 'sap_horizon_dark' : 'sap_horizon');
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  void setLanguage(language);
  document.documentElement.lang = language;
}

function readLook(): StoredLook {
  const language: Language = navigator.language.startsWith('de') ? 'de' : 'en';
  try {
    return { language, scheme: 'system', ...JSON.parse(localStorage.getItem(STORED) ?? '{}') };
  } catch {
    return { language, scheme: 'system' };
  }
}

function useIsDark(scheme: Scheme): boolean {
  const isSystemDark = useMedia(SYSTEM_DARK);
  return scheme === 'system' ? isSystemDark : scheme === 'dark';
}
