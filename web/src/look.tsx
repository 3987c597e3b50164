import { setLanguage } from '@ui5/webcomponents-base/dist/config/Language.js';
import { setTheme } from '@ui5/webcomponents-base/dist/config/Theme.js';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

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

/** Language and colours, kept in this browser. By default those of the browser. */
export function LookProvider({ children }: { readonly children: ReactNode }) {
  const [look, setLook] = useState(readLook);
  const isDark = useIsDark(look.scheme);
  useEffect(() => {
    void setTheme(isDark ? 'sap_horizon_dark' : 'sap_horizon');
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  }, [isDark]);
  useEffect(() => {
    void setLanguage(look.language);
    document.documentElement.lang = look.language;
  }, [look.language]);
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

function readLook(): { language: Language; scheme: Scheme } {
  const language: Language = navigator.language.startsWith('de') ? 'de' : 'en';
  try {
    return { language, scheme: 'system', ...JSON.parse(localStorage.getItem(STORED) ?? '{}') };
  } catch {
    return { language, scheme: 'system' };
  }
}

function useIsDark(scheme: Scheme): boolean {
  const [isSystemDark, setSystemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const take = () => setSystemDark(query.matches);
    query.addEventListener('change', take);
    return () => query.removeEventListener('change', take);
  }, []);
  return scheme === 'system' ? isSystemDark : scheme === 'dark';
}
